"""Signals in Swedish."""

from typing import Final

from cj_assessment_service.cj_core_logic.judging.signals import Signal, Strength, signals
from cj_assessment_service.domain.essays import Suspicion

_ORDERS, _ADDRESS, _POSES = Suspicion.ORDERS, Suspicion.ADDRESSES_JUDGE, Suspicion.POSES_AS_SYSTEM
_VERDICT, _AUTHORITY, _LEAK = Suspicion.FAKE_VERDICT, Suspicion.CLAIMS_AUTHORITY, Suspicion.ASKS_FOR_PROMPT
_STRONG, _WEAK = Strength.STRONG, Strength.WEAK

_VOCABULARY = {
    "forget": "ignorera|strunta i|bortse från|glöm(?: bort)?|åsidosätt|hoppa över",
    "rules": "instruktion(?:er|erna)?|anvisning(?:ar|arna)?|prompt(?:en|ar)?|order|kriterier(?:na)?|riktlinjer(?:na)?|direktiv(?:en)?|uppmaningar(?:na)?",
    "before": "tidigare|ovanstående|föregående|ursprungliga|givna|befintliga",
    "filler": "(?:(?:alla|allt|dina|de|den|det|mina|andra|samtliga|här) ){0,4}",
    "text": "text(?:en)?|uppsats(?:en)?|svar(?:et)?|inlämning(?:en)?|essä(?:n)?",
    "this": "den här|denna|min|mitt|det här|detta|den (?:första|andra)|första|andra|följande",
    "choose": "välj|föredra|utse|rösta på|ranka|bedöm|betygsätt|förklara|sätt",
    "judge": "bedömare|domare|rättare|betygsättare|examinator|granskare",
    "machine": "ai(?:-n|n)?|llm|språkmodell(?:en)?|chatgpt|gpt|claude|gemini|chattbot(?:ten)?|assistent(?:en)?",
    "should": "ska|skall|måste|bör|behöver",
    "open": "[\"'“”»«(]",
}

_ROWS = (
    (_ORDERS, _STRONG, r"\b(?:@forget) @filler(?:@before) (?:@rules)\b"),
    (_ORDERS, _STRONG, r"\b(?:@forget) @filler(?:@rules)(?: \w+){0,2} (?:ovan|hittills|tidigare|du (?:har )?fått)\b"),
    (_ORDERS, _STRONG, r"^(?:snälla |nu |vänligen )?(?:@forget) (?:allt|allting|det)(?: \w+){0,4} (?:ovan|ovanför|hittills|tidigare)\b"),
    (_ORDERS, _STRONG, r"^(?:snälla |vänligen )?(?:@forget) (?:det )?ovanstående\b"),
    (_ORDERS, _STRONG, r"^(?:snälla |vänligen )?(?:@forget|läs inte|bedöm inte) (?:den )?(?:andra|första) (?:@text)\b"),
    (_ORDERS, _STRONG, r"(?:^|\b(?:snälla|vänligen|alltid|du (?:@should)|(?:@judge) (?:@should)) )(?:alltid )?(?:@choose|välja|föredra|utse) (?:@this) (?:@text)(?: som| till| vinner| högst| bäst| är|[.!\n]|$)"),
    (_ORDERS, _STRONG, r"(?:^|\b(?:snälla|vänligen|du (?:@should)) )(?:ge|geva|tilldela|sätt) (?:(?:@this) (?:@text)|mig|den)(?: \w+){0,2} (?:högsta|bästa|full|toppbetyg|maximal)"),
    (_ORDERS, _WEAK, r"\b(?:högsta|bästa|full)(?: möjliga)? (?:betyget|betyg|poäng|pott)\b"),
    (_ORDERS, _STRONG, r"\b(?:och|snälla|då|så) ge mig (?:bästa|högsta|toppen|full)\w*"),
    (_ORDERS, _STRONG, r"\b(?:@forget) (?:det|allt|allting) (?:som )?(?:du|ni) (?:har )?(?:fått höra|hört|blivit tillsagd|lärt dig)"),
    (_ORDERS, _WEAK, r"\b(?:@choose) (?:@this) (?:@text)\b"),
    (_ORDERS, _STRONG, r"\b(?:svara|skriv|säg|returnera|ange)(?: (?:bara|endast|alltid|med|att|ordet|vinnaren|är)){0,4}:?\s*@open(?:first|second|den första|den andra)"),
    (_ORDERS, _STRONG, r"\b(?:svara|skriv|returnera|ange)(?: (?:bara|endast|alltid|med))* (?:first|second)\b"),
    (_ORDERS, _STRONG, r"\b(?:ditt|din) (?:enda |nya )?(?:uppgift|svar|omdöme|beslut)(?: nu)? (?:är|ska vara|måste vara)(?: nu)? (?:att (?:välja|utse|svara)|@open?(?:first|second)\b|(?:@this) (?:@text))"),
    (_ADDRESS, _STRONG, r"\b(?:kära|bästa|hej|obs|till|meddelande till|instruktion(?:er)? till)[,:]? (?:dig som är |den |du )?(?:ai|automatisk[ae]?)[-\s]?(?:@judge)"),
    (_ADDRESS, _STRONG, r"\b(?:hej|kära|obs|meddelande till|instruktion(?:er)? till)[,:]? (?:@machine)\b"),
    (_ADDRESS, _WEAK, r"\b(?:kära|bästa|hej|till dig som)[,:]? (?:@judge|bedömer|rättar|betygsätter|läser)\b"),
    (_ADDRESS, _STRONG, r"\b(?:om|eftersom|när|som) du (?:är (?:en |den )?(?:@machine|automatisk)|(?:bedömer|rättar|jämför|betygsätter) (?:den här|det här|de här|min|denna))"),
    (_ADDRESS, _WEAK, r"\bai-?(?:@judge)"),
    (_POSES, _WEAK, r"\bdu är (?:nu|inte längre|egentligen|från och med nu)\b"),
    (_POSES, _STRONG, r"\bdu är (?:nu )?(?:en |ett )?(?:\w+ ){0,2}(?:ai-\w+|språkmodell|(?:generös |snäll )(?:@judge))"),
    (_POSES, _WEAK, r"\b(?:låtsas|agera|uppför dig)(?: att du är| som om du är| som)\b"),
    (_POSES, _WEAK, r"\bfrån och med nu (?:är|ska|måste|kommer) du\b"),
    (_POSES, _WEAK, r"\b(?:nya|ny|verkliga|uppdaterade|hemliga) (?:@rules)(?=\s*[:.]| till| för)"),
    (_POSES, _STRONG, r"^system(?:meddelande|prompt|instruktion|uppdatering)\w*\s*[:\-–]"),
    (_VERDICT, _STRONG, r"\bvinnare(?:n)?\s*(?:[:=]|är|måste vara|ska vara) ?(?:@open?(?:first|second)|den (?:första|andra) (?:@text))"),
    (_AUTHORITY, _STRONG, r"\b(?:den här|denna|det här) (?:@text) (?:har|är|blev) (?:redan|officiellt|tidigare)(?: blivit)? (?:bedömd|bedömts|betygsatt|betygsatts|godkänd|godkänts|rättad|rättats|granskad|granskats|utsedd|fått)"),
    (_AUTHORITY, _STRONG, r"\b(?:lärarna|läraren|experterna|bedömarna|examinatorn|juryn)(?: \w+){0,2} (?:beslutat|bestämt|enats|bekräftat|enades|röstat)(?: \w+){0,2} (?:@this) (?:@text)\b"),
    (_AUTHORITY, _STRONG, r"\b(?:den )?andra (?:texten|uppsatsen|svaret)(?: är| har| var)(?: \w+){0,2} (?:plagiat|plagierad|kopierad|kopierats|fusk|fuskad|stulen|skriven av (?:en )?(?:fusk\w*|ai|chatgpt)|skrivits av (?:en )?(?:fusk\w*|ai|chatgpt)|ogiltig|diskad|diskvalificerad|genererad)"),
    (_LEAK, _STRONG, r"^(?:upprepa|skriv ut|visa|avslöja|återge|citera|skriv)(?: (?:mig|alla|hela|din|dina|den|de|ovanstående|tidigare)){0,4} (?:systemprompt\w*|prompt\w*|instruktioner\w*|anvisningar\w*)"),
)  # fmt: skip

SWEDISH_SIGNALS: Final[tuple[Signal, ...]] = tuple(signals(_VOCABULARY, _ROWS))
