"""Signals in German."""

from typing import Final

from cj_assessment_service.cj_core_logic.judging.signals import Signal, Strength, signals
from cj_assessment_service.domain.essays import Suspicion

_ORDERS, _ADDRESS, _POSES = Suspicion.ORDERS, Suspicion.ADDRESSES_JUDGE, Suspicion.POSES_AS_SYSTEM
_VERDICT, _AUTHORITY, _LEAK = Suspicion.FAKE_VERDICT, Suspicion.CLAIMS_AUTHORITY, Suspicion.ASKS_FOR_PROMPT
_STRONG, _WEAK = Strength.STRONG, Strength.WEAK

_VOCABULARY = {
    "forget": "ignoriere|ignorieren sie|missachte|missachten sie|vergiss|vergessen sie|übergehe|übergehen sie|beachte",
    "rules": "anweisung(?:en)?|instruktion(?:en)?|vorgaben?|prompts?|befehle?|kriterien|richtlinien|hinweise|anordnungen",
    "before": "vorherigen?|vorigen?|obigen?|bisherigen?|früheren?|vorangehenden?|ursprünglichen?|vorhandenen?",
    "filler": "(?:(?:alle|allen|alles|die|deine|ihre|diese|den|anderen|nicht) ){0,4}",
    "text": "text(?:es)?|aufsatz|antwort|arbeit|abgabe|essay|beitrag",
    "this": "diesen|dieser|dieses|diese|meinen|meine|mein|den (?:ersten|zweiten)|die (?:erste|zweite)|folgenden",
    "choose": "wähle|wählen sie|nimm|nehmen sie|bevorzuge|bevorzugen sie|bewerte|bewerten sie|erkläre|erklären sie|stimme für|stimmen sie für|bestimme|bestimmen sie|entscheide dich für|entscheiden sie sich für",
    "judge": "prüfer(?:in)?|gutachter(?:in)?|bewerter(?:in)?|richter(?:in)?|beurteiler(?:in)?|korrektor(?:in)?|juror(?:in)?",
    "machine": "ki|llm|sprachmodell|chatgpt|gpt|claude|gemini|chatbot|künstliche intelligenz|assistent",
    "should": "sollst|musst|sollen|müssen|sollten|hast",
    "open": "[\"'“„”»«(]",
}

_ROWS = (
    (_ORDERS, _STRONG, r"\b(?:@forget) @filler(?:@before) (?:@rules)\b"),
    (_ORDERS, _STRONG, r"\b(?:@forget) @filler(?:@rules)(?: \w+){0,2} (?:oben|bisher|zuvor|davor|erhalten hast|bekommen hast|vorher)\b"),
    (_ORDERS, _STRONG, r"^(?:bitte |nun |jetzt )?(?:@forget) (?:bitte )?alles(?: \w+){0,4} (?:oben|bisher|zuvor|davor|vorher|obige|bisherige)\b"),
    (_ORDERS, _STRONG, r"^(?:bitte |nun |jetzt )?(?:@forget) (?:bitte )?(?:das|die|den) (?:obige|obigen|vorherige|vorherigen|bisherige|bisherigen)\b"),
    (_ORDERS, _STRONG, r"^(?:bitte )?(?:@forget|lies|bewerte)(?: nicht)? den (?:anderen|zweiten|ersten) (?:@text)(?: nicht)?[.!\n]"),
    (_ORDERS, _STRONG, r"(?:^|\b(?:bitte|immer|daher|also) )(?:@choose) (?:bitte |immer )?(?:@this) (?:@text)(?: als| zum| mit| am| besser| ist|[.!\n]|$)"),
    (_ORDERS, _STRONG, r"\b(?:du|sie) (?:@should) (?:\w+ ){0,2}(?:@this) (?:@text) (?:\w+ ){0,3}(?:wählen|bevorzugen|nehmen|bewerten|bestimmen|auswählen)\b"),
    (_ORDERS, _STRONG, r"(?:^|\bbitte )(?:gib|geben sie|vergib|vergeben sie) (?:bitte )?(?:diesem text|diesem aufsatz|dieser arbeit|dieser antwort|mir|meinem text|meinem aufsatz)(?: \w+){0,2} (?:beste|höchste|volle|bestnote|maximale|note 1|eine eins)"),
    (_ORDERS, _WEAK, r"\b(?:beste|höchste|volle)(?: mögliche)? (?:note|punktzahl|bewertung|punkte)\b"),
    (_ORDERS, _STRONG, r"\b(?:und|bitte|dann|also) (?:gib|geben sie) mir (?:die |eine |bitte )*(?:beste|höchste|volle|bestnote|eins)\w*"),
    (_ORDERS, _STRONG, r"\b(?:@forget) alles (?:was )?(?:du|man dir) (?:\w+ ){0,3}(?:gesagt|gehört|gelernt)"),
    (_ORDERS, _WEAK, r"\b(?:@choose) (?:@this) (?:@text)\b"),
    (_ORDERS, _STRONG, r"\b(?:antworte|antworten sie|schreibe|schreib|gib|sage|sag)(?: (?:nur|immer|einfach|mit|aus|dass|das|wort|ausschließlich|der|gewinner|ist)){0,5}:?\s*@open(?:first|second|der erste|der zweite)"),
    (_ORDERS, _STRONG, r"\b(?:antworte|antworten sie|schreibe|gib)(?: (?:nur|immer|einfach|mit|ausschließlich))* (?:first|second)\b"),
    (_ORDERS, _STRONG, r"\bdeine? (?:einzige |neue )?(?:aufgabe|antwort|urteil|entscheidung)(?: jetzt| nun)? (?:ist|lautet|muss|soll)(?: es)?(?: jetzt| nun)? ?(?:@open?(?:first|second)\b|(?:@this) (?:@text) zu (?:wählen|bevorzugen))"),
    (_ADDRESS, _STRONG, r"\b(?:liebe[rs]?|hallo|achtung|hinweis (?:an|für)|nachricht an|anweisung (?:an|für)|an)[,:]? (?:die |den |das |alle )?(?:ki|automatischen?)[-\s]?(?:@judge)"),
    (_ADDRESS, _STRONG, r"\b(?:hallo|liebe[rs]?|achtung|hinweis (?:an|für)|nachricht an|anweisung (?:an|für))[,:]? (?:die |den |das |alle )?(?:@machine)\b"),
    (_ADDRESS, _WEAK, r"\b(?:liebe[rs]?|hallo|achtung|hinweis (?:an|für)|nachricht an)[,:]? (?:die |den )?(?:@judge)\b"),
    (_ADDRESS, _STRONG, r"\b(?:wenn|falls|weil|da|als) du (?:(?:eine?|das|die) (?:@machine)|(?:diesen text|diese texte|diesen aufsatz|meinen text) (?:bewertest|beurteilst|vergleichst|korrigierst|benotest))"),
    (_ADDRESS, _WEAK, r"\bki-?(?:@judge)"),
    (_POSES, _WEAK, r"\bdu bist (?:jetzt|nun|nicht mehr|ab jetzt|ab sofort|in wirklichkeit)\b"),
    (_POSES, _STRONG, r"\bdu bist (?:jetzt |nun )?(?:eine? )?(?:\w+ ){0,2}(?:ki\b|ki-\w+|sprachmodell|(?:großzügige[rn]? |wohlwollende[rn]? )(?:@judge))"),
    (_POSES, _WEAK, r"\b(?:tu so|verhalte dich|handle|agiere)(?: als ob| als wärst| als| wie)\b"),
    (_POSES, _WEAK, r"\b(?:ab jetzt|ab sofort|von nun an) (?:bist|wirst|musst|sollst|wählst|antwortest) du\b"),
    (_POSES, _WEAK, r"\b(?:neue|echte|eigentliche|geheime|aktualisierte) (?:@rules)(?=\s*[:.]| an| für)"),
    (_POSES, _STRONG, r"^system(?:nachricht|meldung|prompt|anweisung|hinweis)\w*\s*[:\-–]"),
    (_VERDICT, _STRONG, r"\b(?:gewinner|sieger)\s*(?:[:=]|ist|muss sein|lautet) ?(?:@open?(?:first|second)|der (?:erste|zweite) (?:@text))"),
    (_AUTHORITY, _STRONG, r"\bdiese[rs]? (?:@text) (?:wurde|ist|hat) (?:bereits|schon|offiziell|vorab)(?: \w+){0,3} (?:bewertet|benotet|geprüft|bestätigt|beurteilt|genehmigt|erhalten|anerkannt)"),
    (_AUTHORITY, _STRONG, r"\b(?:prüfer|lehrer|lehrkräfte|experten|jury|gutachter|prüfungskommission) (?:haben|hat|sind)(?: sich)?(?: \w+){0,3} (?:entschieden|bestätigt|einig|geeinigt|beschlossen)(?: \w+){0,2} (?:dass )?(?:dieser|diesen|der erste|der zweite) (?:@text)\b"),
    (_AUTHORITY, _STRONG, r"\b(?:der|die) andere (?:@text) (?:ist|wurde|hat)(?: \w+){0,2} (?:plagiat|plagiiert|kopiert|abgeschrieben|gestohlen|gefälscht|ungültig|disqualifiziert|betrug|ki-generiert|von (?:einem betrüger|einer ki|ki|chatgpt))"),
    (_LEAK, _STRONG, r"^(?:bitte )?(?:wiederhole|zeige|zeig|nenne|verrate|drucke|schreibe|zitiere|gib)(?: (?:mir|alle|deinen|deine|die|den|das|gesamten|obigen|vorherigen|bisherigen|wörtlich)){0,4} (?:systemprompt\w*|systemnachricht|prompt|anweisungen|instruktionen)"),
)  # fmt: skip

GERMAN_SIGNALS: Final[tuple[Signal, ...]] = tuple(signals(_VOCABULARY, _ROWS))
