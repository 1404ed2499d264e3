"""Common names of European classrooms, to tell a person's name from other words. A name that is missing here is no worse
hidden when a class list or a header names it; it is only harder to recognise in a file name.
"""

from cj_assessment_service.cj_core_logic.privacy.words import folded_words

_GIVEN = """
Aaron Abdi Abdul Abdullah Abigail Achim Adam Adele Adrian Agnes Agneta Ahmad Ahmed Aida Aisha Alan Albert Alejandro Aleksandra
Alessandro Alex Alexander Alexandra Alexis Alfons Alfred Ali Alice Alina Alma Amanda Amelia Amelie Amina Amir Amira Amy Ana
Anastasia Anders Andrea Andreas Andrew Andrzej André Angela Angelica Anita Anja Anke Anna Anne Anneli Annelie Annette Annie
Annika Anton Antonia Antonio Arvid Arthur Astrid Aurora Ava Axel Aylin Ayse Barbara Bastian Beatrice Beatrix Benjamin Bengt
Bernd Bertil Bettina Birgit Birgitta Bjarne Bogdan Brigitte Britta Bruno Camilla Carina Carl Carla Carlos Carmen Carolin
Carolina Caroline Catharina Catherine Cecilia Charlotte Chiara Chloe Christa Christian Christina Christine Christoph
Christopher Clara Claudia Connor Cornelia Daniel Daniela Danuta Daria David Debora Dennis Denise Diego Dimitri Dmitri Dominik
Dorota Dorothea Dylan Ebba Edith Eduardo Edvin Edward Egon Eleanor Elena Elias Elif Elin Elina Elisa Elisabeth Elise Elizabeth
Ella Ellen Elliot Elsa Elsie Emelie Emil Emilia Emilie Emily Emma Emmanuel Emre Enzo Erica Erik Erika Erwin Esra Esther Ethan
Eva Evelina Evelyn Fabian Fadi Farid Fatima Fatma Fatou Felicia Felicity Felix Fernando Filip Filippa Finn Florian Francesca
Francesco Francis Francisco Franz Franziska Freja Frida Frieda Friedrich Fredrik Gabriel Gabriela Gabriella Gabrielle Gareth
Geoffrey George Georg Gerhard Gertrud Giovanni Gisela Giulia Gonzalo Greta Gudrun Guillaume Gunilla Gunnar Gustav Gustaf
Göran Habib Hadi Hakan Hamid Hamza Hanna Hannah Hannes Hans Harald Harry Hasan Hassan Hedda Heidi Heike Heinrich Heinz Helen
Helena Helene Helga Helmut Henning Henrik Henry Henrike Herbert Hermann Holger Horst Hugo Hussein Håkan Ian Ibrahim Ida Ignacio
Ines Inga Ingrid Inger Irena Irene Irina Isaac Isabel Isabell Isabella Isabelle Isak Ismail Ivan Ivana Jakob Jakub James Jamie
Jana Jane Janet Janina Jasmin Jasmine Jason Javier Jayden Jeanne Jelena Jennifer Jenny Jens Jeremy Jessica Jiří Joachim Joakim
Joanna Joel Johan Johanna Johannes John Jonas Jonathan Jordi Jorge Josef Josefin Josefine Joseph Josephine Joshua José João
Juan Julia Julian Juliane Julie Julien Julius Justine Jussi Jörg Jörgen Jürgen Kacper Kai Kaja Kajsa Karel Karen Karim Karin
Karina Karl Karla Karolina Kasper Katarina Katarzyna Kate Katharina Katherine Kathleen Kathrin Katja Katrin Kayla Kemal
Kenneth Kerstin Kevin Khadija Khalid Klara Klaus Konrad Konstantin Kristian Kristin Kristina Kristoffer Krzysztof Kurt Laila
Lara Larissa Lars Laura Lauren Layla Lea Leah Leif Leila Lena Lennart Leo Leon Leonie Leticia Lidia Liam Lina Linda Linnéa
Linnea Lisa Lorenzo Lotta Louis Louise Luca Lucas Lucia Lucie Lucy Ludvig Ludwig Luis Luisa Luise Lukas Lydia Maarten Maciej
Madeleine Madison Magdalena Magnus Mahmoud Maja Malgorzata Małgorzata Malik Malin Malte Manfred Manuel Manuela Marcel Marcin
Marco Marcus Margaret Margareta Margarethe Margit Maria Mariam Mariana Marianne Marie Marina Mario Mariusz Marlene Marta Martha
Martin Martina Mary Maryam Mateo Mateusz Mathilda Mathilde Matilda Matteo Matthew Matthias Mattias Max Maximilian Maya Mehmet
Melanie Melissa Mia Micaela Michael Michaela Michal Michał Michelle Miguel Mikael Mila Milena Miles Milo Mira Miriam Mohamed
Mohammad Mohammed Mona Monica Monika Morten Moritz Muhammad Mustafa Måns Märta Nadia Nadine Nadja Naomi Natalia Natalie Nathalie
Nathan Nele Nicholas Nicola Nicolas Nicole Niklas Nikola Nikolaj Nikolaus Nils Nina Noah Noel Nora Norbert Olaf Ole Olga Olivia
Oliver Olivier Olle Olof Omar Oscar Oskar Osman Otto Pablo Paolo Patricia Patrick Patrik Paul Paula Pauline Paulina Pavel Pawel
Paweł Pedro Pekka Pelle Pernilla Peter Petra Philip Philipp Philippe Pia Pierre Pietro Piotr Priya Rachel Rafael Rahim Raphael
Rania Rasmus Rebecca Rebecka Renate Reza Riccardo Richard Rikard Rita Robert Roberto Robin Roland Rolf Roman Ronja Rosa Rosalie
Ruth Ryan Sabine Sabrina Said Saida Salma Samantha Samir Samira Samuel Sandra Sara Sarah Sebastian Selma Sergej Sergio Sigrid
Silke Silvia Simon Simone Sofia Sofie Solveig Sonja Sophia Sophie Stanislav Stefan Stefanie Stella Stephan Stephanie Stephen
Steven Susan Susanna Susanne Svea Sven Svetlana Sylvia Tamara Tanja Tatjana Teresa Teemu Tereza Thea Theo Theodor Theresa
Therese Thomas Thorsten Tilda Tim Timo Timothy Tobias Tom Tomas Tomasz Torsten Tove Tuomas Tyler Ulrich Ulrika Ulrike Ursula
Uwe Valentin Valentina Valeria Valerie Vanessa Vera Verena Veronica Veronika Vicente Victor Victoria Vidar Viktor Viktoria
Vilhelm Vilma Vincent Vladimir Walter Waltraud Wanda Werner Wiktor Wilhelm Wilma Wolfgang Xavier Yasmin Yasmine Yosef Youssef
Yusuf Yvonne Zainab Zahra Zara Zeynep Zlatan Zoe Zoë Zofia Zoltan Åke Åsa Östen Émile Élodie Ümit Şebnem Łukasz
"""

_GIVEN_AND_WORDS = """
Alba Alva Amber Angel April Art Ask Asta August Autumn Bill Björn Blanca Bo Bob Brandon Brook Can Carol Chase Christmas
Clay Cliff Daisy Dag Dawn Dean Deniz Dick Drew Dolores Earl Eden Eve Faith Fern Frank Freya Frost Gene Gill Ginger Grace Grant
Guy Hazel Heather Heath Hope Holly Hunter Iris Ivy Jack Jade Jan Jasper Jean Jo Joy June Kim King Kit Lance Leif Lillemor Lily
Linn Liv Lo Lova Love Luna Mai Mark Marc Mats May Melody Mercy Merle Moa My Nick Olive Pat Patience Pearl Peggy Penny Per
Pontus Poppy Prince Ralf Ray Reed Rich River Rob Robin Roger Rose Rowan Ruby Saga Sage Sally Scarlett Signe Sky Skye Solo
Sol Stella Sten Stig Storm Sue Summer Sunny Tage Terry Ture Tuva Tyra Ulf Victor Vilja Viola Violet Wade Will Willow Winter Wolf
Ylva Hans Tom Max Vera Mira Ali Lea Mia
Rosa Marina Stella Chiara Bruno Clara Alma Ana Mona Carmen Ole Kai Leo Ella Lara Linda Lisa Lina Pia Rita Roman Said Tim Wanda
Aurora Victoria Regina Norma Christian Jordan Florence Sydney Austin Paris Alexis Paul Nele Ian Thea Ava Milo Silva Santos Rossi
Ernst Ferdinand Gloria Heide Hector Lukas Marin Nils Rainer Rosa Rolf Siv Tor Tora Urs Volker
"""

_FAMILY = """
Andersson Johansson Karlsson Carlsson Nilsson Eriksson Larsson Olsson Persson Svensson Gustafsson Gustavsson Pettersson Petersson
Jonsson Jansson Hansson Bengtsson Jönsson Jakobsson Magnusson Olofsson Lindström Lindqvist Lindgren Lindberg Axelsson Bergström
Lundberg Lundgren Lundqvist Berglund Fredriksson Sandberg Henriksson Sjöberg Forsberg Mattsson Wallin Engström Eklund Danielsson
Håkansson Gunnarsson Bergman Samuelsson Fransson Johnsson Nyström Holmberg Arvidsson Isaksson Söderberg Nyberg Hansen Johansen
Olsen Larsen Andersen Pedersen Nilsen Kristiansen Jensen Karlsen Nielsen Christensen Rasmussen Sørensen Jørgensen Petersen Madsen
Virtanen Korhonen Mäkinen Nieminen Johnson Williams Jones Davis Wilson Thompson Robinson Rodriguez Rodríguez Hernandez Hernández
Martinez Martínez Garcia García Gonzalez González Lopez López Fernandez Fernández Sanchez Sánchez Perez Pérez Ramirez Evans
Roberts Hughes Edwards Patel Khan Nguyen Tran Hoffmann Schäfer Schulz Meyer Schmidt Schmitt Schröder Neumann Krüger Hartmann
Krause Lehmann Herrmann Köhler Huber Yilmaz Yılmaz Kaya Demir Öztürk Kowalski Kowalska Nowak Wiśniewski Wójcik Kamiński Novák
Nováková Horváth Nagy Popescu Ivanov Ivanova Petrov Rossi Ferrari Esposito Bianchi Moreau Dubois Lefebvre Silva Santos Ferreira
Oliveira Hussain Mohamud Abdullahi Haddad
"""


NAMES_AND_WORDS = folded_words(_GIVEN_AND_WORDS)
"""Names that are words of a language taught in schools, too."""

KNOWN_NAMES = (folded_words(_GIVEN) | folded_words(_FAMILY)) - NAMES_AND_WORDS
"""Given and family names that are nothing else."""
