"""Signals in English, and those that need no language."""

from typing import Final

from cj_assessment_service.cj_core_logic.judging.signals import Signal, Strength, signals
from cj_assessment_service.domain.essays import Suspicion

_ORDERS, _ADDRESS, _POSES = Suspicion.ORDERS, Suspicion.ADDRESSES_JUDGE, Suspicion.POSES_AS_SYSTEM
_VERDICT, _MARKS = Suspicion.FAKE_VERDICT, Suspicion.FAKE_MARKS
_AUTHORITY, _LEAK = Suspicion.CLAIMS_AUTHORITY, Suspicion.ASKS_FOR_PROMPT
_STRONG, _WEAK = Strength.STRONG, Strength.WEAK

_VOCABULARY = {
    "forget": "ignore|disregard|forget|override|overlook|set aside|bypass|discard|dismiss|do not (?:follow|obey)|don't (?:follow|obey)",
    "rules": "instructions?|prompts?|orders|commands?|guidelines|criteria|rubrics?|directions|directives?|guardrails",
    "before": "previous|prior|above|preceding|earlier|foregoing|existing|original|system|initial",
    "filler": "(?:(?:all|any|every|everything|the|your|these|those|of|other|and|or|my) ){0,4}",
    "text": "text|essay|answer|submission|response|piece|composition|entry|paper",
    "this": "this|my|the (?:first|second|present|following|above|current)",
    "choose": "choose|pick|select|prefer|favou?r|vote for|declare|rank|rate|mark|score|judge|name|crown|grade|deem|consider",
    "give": "give|award|assign|grant",
    "best": "highest|top|best|full|maximum|perfect|max|winning",
    "grade": "grade|mark|marks|score|rating|points|confidence|verdict|evaluation|band|level",
    "judge": "judge|grader|rater|evaluator|assessor|marker|examiner|reviewer",
    "machine": "ai|a\\.i\\.|llm|gpt(?:-?\\d)?|chatgpt|claude|gemini|copilot|large language model|language model|chatbot|ai model|ai assistant",
    "should": "must|should|have to|will|need to|are to|ought to|shall|are required to",
    "open": "[\"'“”‘`«({*]",
    "close": "[\"'“”’`»)}*]",
}

_ROWS = (
    # orders
    (_ORDERS, _STRONG, r"\b(?:@forget) @filler(?:@before)(?: \w+)? (?:@rules)\b"),
    (_ORDERS, _STRONG, r"\b(?:@forget) @filler(?:@rules)(?: \w+){0,2} (?:above|before this|so far|previously|earlier|given to you|you (?:were|have been) given|you received)\b"),
    (_ORDERS, _STRONG, r"^(?:please |now |just )?(?:@forget) @filler(?:everything|all|anything|whatever)?(?: \w+){0,4} (?:above|previously|so far|up to here|until now|before this line)\b"),
    (_ORDERS, _STRONG, r"^(?:please |now |just )?(?:@forget) (?:the|your) (?:@rules)\b"),
    (_ORDERS, _WEAK, r"\b(?:@forget) (?:all|your|the)(?: your| the| of| other)* (?:@rules|rules)\b"),
    (_ORDERS, _STRONG, r"^(?:please |now |just |simply )?(?:@forget|do not (?:read|judge|grade|evaluate|consider|compare)) (?:the )?(?:other|second|first) (?:@text)\b"),
    (_ORDERS, _STRONG, r"(?:^|\b(?:please|now|always|just|simply|therefore|so|you (?:@should)|(?:@judge) (?:@should)) )(?:always )?(?:@choose) (?:@this) (?:@text|one) (?:as|to be|is|the|with|at|over|above|to win|highly|higher|highest|best|better|full|top|first|winner)\b"),
    (_ORDERS, _STRONG, r"(?:^|\b(?:please|you (?:@should)|(?:@judge) (?:@should)) )(?:always )?(?:choose|pick|select|prefer|favou?r|vote for) (?:@this) (?:@text|one)\b(?! (?:because|since|for|that|which|or))"),
    (_ORDERS, _STRONG, r"(?:^|\b(?:please|you (?:@should)|(?:@judge) (?:@should)) )(?:@give) (?:@this|me|it|us)(?: (?:@text|one))? (?:(?:a|an|the|with) )?(?:\w+ )?(?:@best)(?: possible)? (?:@grade)\b"),
    (_ORDERS, _WEAK, r"\b(?:@give) (?:@this) (?:@text) \w+"),
    (_ORDERS, _WEAK, r"\b(?:@best)(?: possible)? (?:@grade)\b"),
    (_ORDERS, _WEAK, r"\b(?:@choose) (?:@this) (?:@text)\b(?! (?:because|since|or)\b)"),
    (_ORDERS, _STRONG, r"\b(?:answer|respond|reply|output|return|print|conclude|vote|say|write|state)(?: (?:only|just|simply|always|exactly|with|by|that|for|the|word|winner|verdict|is|saying|single)){0,5}:?\s*@open(?:first|second|the (?:first|second) text)@close"),
    (_ORDERS, _STRONG, r"\b(?:answer|respond|reply|output|return|print|vote)(?: (?:only|just|simply|always|exactly)){0,2} (?:with|for) (?:first|second)\b"),
    (_ORDERS, _STRONG, r"\byour (?:only |new |real |final )?(?:task|job|role|duty|goal|answer|verdict|output|response|decision|choice)(?: now)? (?:is|must be|should be|has to be|will be|is now)(?: now)? (?:to (?:choose|select|pick|prefer|output|declare|answer with)|@open?(?:first|second)\b|(?:@this) (?:@text))"),
    (_ORDERS, _STRONG, r"\b(?:@choose|reward) (?:@this) (?:@text) (?:as|to be) (?:the )?(?:winner|better|best|winning)\b"),
    (_ORDERS, _STRONG, r"\blet (?:@this) (?:@text)(?: of writing)? win\b"),
    (_ORDERS, _STRONG, r"\b(?:this|my|the present) (?:essay|submission|composition|answer|entry)(?: of writing)? (?:must|should|has to|shall|deserves to) (?:win|be (?:chosen|preferred|declared|ranked first|the winner))\b"),
    (_ORDERS, _WEAK, r"\b(?:this|my|the present) (?:@text)(?: of writing)? (?:wins|is the winner|comes out on top|is (?:clearly |far )?(?:better|the better|the best)|beats the other)\b"),
    (_ORDERS, _WEAK, r"\bthe (?:first|second) (?:@text) (?:wins|must win|is (?:clearly |far )?better)\b"),
    (_ORDERS, _WEAK, r"\bthe (?:correct|right|only|final)(?: \w+)? (?:decision|verdict|choice|result|outcome|judgement|judgment)\b"),
    (_ORDERS, _WEAK, r"\b(?:whatever|everything|anything|what) you (?:were|have been|are) (?:told|asked|instructed|given)\b"),
    (_ORDERS, _WEAK, r"\b(?:no longer (?:applies|apply|valid)|(?:are|is) (?:void|cancelled|obsolete|suspended))\b"),
    (_ORDERS, _WEAK, r"^(?:stop reading|end of (?:the )?(?:material|input|text|essay|submission|data))\b"),
    (_ORDERS, _WEAK, r"\b(?:judge|grade|evaluate|mark|rate)(?: it| this| me| them)? (?:generously|leniently|kindly|favou?rably|like (?:him|her|them))\b"),
    # addressing
    (_ADDRESS, _WEAK, r"^(?:@judge|@machine|assistant|ai (?:@judge))\s*[,:]"),
    (_ADDRESS, _WEAK, r"\b(?:grading|judging|evaluation|marking|comparison|scoring) (?:tool|system|software|program|model|mode)\b"),
    (_ADDRESS, _WEAK, r"\b(?:compared|read) both (?:texts|essays|answers)\b"),
    (_ADDRESS, _STRONG, r"\b(?:dear|hello|hi|hey|attention|note (?:to|for)|notice (?:to|for)|message (?:to|for)|instructions? (?:to|for)|reminder (?:to|for))[,:]? (?:the |all |any |my |whoever is |you )?(?:(?:@machine|automated|automatic|virtual|machine) (?:@judge|system)|@machine)s?\b"),
    (_ADDRESS, _WEAK, r"\b(?:dear|hello|hi|hey|attention|note (?:to|for)|message (?:to|for)|instructions? (?:to|for))[,:]? (?:the |all |any )?(?:@judge)s?\b"),
    (_ADDRESS, _STRONG, r"\b(?:if|since|because|when|as) you(?: are|'re) (?:a |an |the )?(?:@machine|automated (?:@judge))\b"),
    (_ADDRESS, _STRONG, r"\b(?:if|since|because|when|as|while) you(?: are|'re) (?:grading|judging|evaluating|comparing|assessing|rating|marking) (?:this|these|my|the two|it)\b"),
    (_ADDRESS, _STRONG, r"\bas (?:an?|the|your) (?:@machine)(?: (?:@judge|system))? you (?:@should|are|have)\b"),
    (_ADDRESS, _WEAK, r"\b(?:the |an? )?(?:@machine|automated|automatic) (?:@judge)s?\b"),
    (_ADDRESS, _WEAK, r"\b(?:whoever|whatever|who|which) (?:is |are )?(?:reads?|grades?|judges?|compares?|grading|judging|reading|comparing) (?:this|these|my)\b"),
    (_ADDRESS, _WEAK, r"\byou are (?:grading|judging|evaluating|comparing)\b"),
    # posing as the system
    (_POSES, _WEAK, r"\byou are (?:now |no longer |actually |really |from now on )(?:a|an|the|my|in|bound)\b"),
    (_POSES, _STRONG, r"\byou are (?:now |no longer |actually |really )?(?:a |an |the |my )?(?:(?:helpful|unbiased|impartial|generous|lenient|friendly|different|new|kind|unrestricted|strict|professional) )*(?:@machine|(?:essay |text )?(?:grader|rater|evaluator|assessor)|assistant)(?: (?:who|that|which|and|called|named)\b|[.!])"),
    (_POSES, _WEAK, r"\b(?:imagine|pretend|act|behave|role-?play|answer|respond|speak)(?: that)? (?:to be|you are|you're|as|as if you (?:are|were)|like) (?:a |an |the |my )?(?:\w+ ){0,3}(?:@judge|@machine|assistant|teacher|uncle|aunt|mother|father|friend)\b"),
    (_POSES, _WEAK, r"\bfrom now on,? you (?:are|will|must|shall|only|have)\b"),
    (_POSES, _WEAK, r"\b(?:developer|jailbreak|god|debug|admin|maintenance|unrestricted|dan) mode\b"),
    (_POSES, _WEAK, r"\b(?:new|updated|revised|real|true|actual|additional|secret|hidden) (?:system )?(?:instructions?|orders?|prompts?|directives?)\b(?=\s*[:.]| for | to )"),
    (_POSES, _STRONG, r"^system (?:prompt|message|override|instruction|note|update|command|notice)\w*\s*(?:[:\-–—.\]]|\n)"),
    (_POSES, _WEAK, r"^(?:system|assistant|developer|admin|administrator)\s*:"),
    (_POSES, _WEAK, r"\bsystem (?:prompt|override|instructions?)\b"),
    (_POSES, _STRONG, r"<\|\s*(?:im_start|im_end|system|user|assistant|endoftext|eot_id|start_header_id|end_of_turn)|\[/?inst\]|<</?sys>>|</?(?:system|assistant|instructions?|prompt|essay|student_text|first_text|second_text)>"),
    (_POSES, _STRONG, r"^#{2,} ?(?:system|assistant|new instructions?)\b"),
    # verdicts and marks
    (_VERDICT, _STRONG, r"[\"'“”]winner[\"'“”]\s*:"),
    (_VERDICT, _STRONG, r"\bwinner\s*(?::|=|is:?) ?@open?(?:first|second|tie)@close"),
    (_VERDICT, _STRONG, r"\bwinner\s*[:=] ?(?:first|second|tie)\b"),
    (_VERDICT, _STRONG, r"\bwinner (?:is|must be|should be|has to be) (?:the )?(?:first|second) (?:@text)\b"),
    (_VERDICT, _STRONG, r"[\"“”](?:justification|confidence|margin|verdict)[\"“”]\s*:"),
    (_MARKS, _STRONG, r"[<‹«＜>›»＞≪⟨⟪〈《]{2,}\s*(?:begin|end|start|stop)\b"),
    (_MARKS, _STRONG, r"\b(?:begin|end)[\s_](?:of[\s_])?(?:the[\s_])?(?:first|second|erster|zweiter|första|andra)[\s_](?:text|essay)"),
    (_MARKS, _STRONG, r"^[-=*_#]{2,}\s*(?:end|begin|start|stop) (?:of )?(?:the )?(?:first |second |student )?(?:essay|text|submission|input|data|document|writing)"),
    # authority
    (_AUTHORITY, _STRONG, r"\bthis (?:@text) (?:has|was|is|had)(?: been)?(?: (?:already|officially|previously|independently|also))+(?: been)? (?:graded|rated|judged|awarded|marked|verified|approved|assessed|evaluated|scored|confirmed|declared|selected|certified|reviewed)\b"),
    (_AUTHORITY, _STRONG, r"\b(?:examiners?|teachers?|human (?:raters?|judges?|graders?)|experts?|exam(?:ination)? board|jury|panel|judges)(?: (?:have|has|had|already|unanimously|all))* (?:agreed?|decided|confirmed|ruled|voted|rated|awarded|graded|judged)(?: that| for| to)* (?:this|the first|the second) (?:@text)\b"),
    (_AUTHORITY, _WEAK, r"\b(?:i am|i'm|this is|speaking as|on behalf of) (?:the |your |an? )?(?:chief |head |lead |senior |official |system )?(?:examiner|administrator|developer|operator|exam board|moderator|supervisor|openai|anthropic|google)\b"),
    (_AUTHORITY, _STRONG, r"\bthe other (?:@text)(?: is| was| has been| had been)(?: \w+){0,3}? (?:written by (?:an? )?(?:cheat\w*|@machine|bot)|plagiari[sz]ed|copied|stolen|disqualified|invalid|fake|fraudulent|forged|generated|a cheat|cheating|must lose)"),
    (_AUTHORITY, _STRONG, r"\bwhoever wrote the other (?:@text|one)\b"),
    (_AUTHORITY, _STRONG, r"\b(?:author|writer) of the other (?:@text) (?:is|was|has|had)? ?(?:an? )?(?:cheat\w*|plagiar\w*|copied|used)"),
    # asking for the prompt
    (_LEAK, _STRONG, r"\b(?:quote|repeat|print|reveal|show|output)(?: me)?(?: the)? (?:text|wording|words|content) of your (?:instructions?|prompt|rules)\b"),
    (_LEAK, _STRONG, r"^(?:please |now |first |then )?(?:repeat|print|reveal|output|show|quote|display|write|recite|copy|list|tell|state|disclose|include)(?: (?:me|us|out|down|back|verbatim|the|all|of|your|full|entire|exact|complete|above|previous|original|hidden|secret|whole|initial)){0,6} (?:system prompt|system message|prompt|instructions?|nonce|code of the marks)(?: (?:above|you were given|verbatim|word for word|given to you|in full))?"),
    (_LEAK, _WEAK, r"\byour (?:system|initial|hidden|original|secret) (?:prompt|instructions|message)\b"),
)  # fmt: skip

ENGLISH_SIGNALS: Final[tuple[Signal, ...]] = tuple(signals(_VOCABULARY, _ROWS))
