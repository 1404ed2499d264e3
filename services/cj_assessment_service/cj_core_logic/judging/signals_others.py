"""The usual phrases in French, Spanish, Arabic and Turkish: fewer than in the languages essays are mostly written in."""

from typing import Final

from cj_assessment_service.cj_core_logic.judging.signals import Signal, Strength, signals
from cj_assessment_service.domain.essays import Suspicion

_ORDERS, _ADDRESS = Suspicion.ORDERS, Suspicion.ADDRESSES_JUDGE
_VERDICT, _AUTHORITY = Suspicion.FAKE_VERDICT, Suspicion.CLAIMS_AUTHORITY
_STRONG = Strength.STRONG

_FRENCH = (
    (_ORDERS, _STRONG, r"\b(?:ignore[zr]?|oublie[zr]?|ne (?:tiens|tenez) pas compte)(?: (?:de|toutes|tous|tout|les|des|tes|vos|ces)){0,3} (?:instructions?|consignes?|règles|ordres|critères|directives)(?: \w+){0,2} (?:précédente?s?|ci-dessus|antérieure?s?|données|reçues)\b"),
    (_ORDERS, _STRONG, r"\b(?:ignore[zr]?|oublie[zr]?) (?:tout )?(?:ce qui précède|tout ce qui est au-dessus)\b"),
    (_ORDERS, _STRONG, r"^(?:s'il vous plaît |veuillez )?(?:choisis(?:sez)?|choisir|préfère|préférez|sélectionne[zr]?|votez pour|déclare[zr]?) (?:ce|cette|mon|ma|le premier|le second|le deuxième|la première) (?:texte|rédaction|copie|essai|réponse|dissertation)\b"),
    (_ORDERS, _STRONG, r"^(?:s'il vous plaît |veuillez )?(?:donne[zr]?|attribue[zr]?|accorde[zr]?)(?:-moi)?(?: à (?:ce|cette|mon|ma) \w+)? (?:la (?:meilleure|plus haute) note|la note maximale)\b"),
    (_ADDRESS, _STRONG, r"\b(?:cher|chère|bonjour|attention|note (?:à|pour)|message (?:à|pour))[,:]? (?:l'|le |la |au |à l')?(?:ia|intelligence artificielle|modèle de langage|correcteur automatique|juge ia|chatgpt)\b"),
    (_ADDRESS, _STRONG, r"\bsi (?:tu es|vous êtes) (?:une? )?(?:ia|intelligence artificielle|modèle de langage|correcteur automatique)\b"),
    (_AUTHORITY, _STRONG, r"\bl'autre (?:texte|copie|rédaction|essai) (?:est|a été)(?: \w+){0,2} (?:plagi\w+|copiée?|écrite? par (?:un tricheur|une ia|chatgpt)|frauduleu\w+)"),
    (_VERDICT, _STRONG, r"\b(?:réponds|répondez|écris|écrivez)(?: (?:seulement|uniquement|toujours|par|avec|simplement)){0,3}:? [\"'“«]?\s*(?:first|second)\b"),
)  # fmt: skip

_SPANISH = (
    (_ORDERS, _STRONG, r"\b(?:ignora|ignore|ignorad|olvida|olvide|no tengas en cuenta)(?: (?:todas|todos|todo|las|los|tus|sus|estas|de)){0,3} (?:instrucciones|órdenes|reglas|indicaciones|criterios|directrices)(?: \w+){0,2} (?:anteriores|previas|de arriba|dadas|recibidas)\b"),
    (_ORDERS, _STRONG, r"\b(?:ignora|ignore|olvida|olvide) todo lo (?:anterior|que (?:está|hay) arriba)\b"),
    (_ORDERS, _STRONG, r"^(?:por favor )?(?:elige|elija|escoge|escoja|selecciona|seleccione|prefiere|prefiera|vota por|declara) (?:este|esta|mi|el primer|el segundo|la primera) (?:texto|ensayo|redacción|respuesta|trabajo)\b"),
    (_ORDERS, _STRONG, r"^(?:por favor )?(?:dame|dale|da|dé|otorga|otorgue|asigna)(?: a (?:este|esta|mi) \w+)? (?:la (?:mejor|máxima) (?:nota|calificación|puntuación)|la nota más alta)"),
    (_ADDRESS, _STRONG, r"\b(?:querid[oa]|hola|atención|nota para|mensaje para)[,:]? (?:el |la |al )?(?:ia|inteligencia artificial|modelo de lenguaje|juez (?:de )?ia|evaluador automático|chatgpt)\b"),
    (_ADDRESS, _STRONG, r"\bsi eres (?:una? )?(?:ia|inteligencia artificial|modelo de lenguaje|evaluador automático)\b"),
    (_AUTHORITY, _STRONG, r"\bel otro (?:texto|ensayo|trabajo) (?:es|fue|está|ha sido)(?: \w+){0,2} (?:plagi\w+|copiado|escrito por (?:un tramposo|una ia|chatgpt)|fraud\w+)"),
    (_VERDICT, _STRONG, r"\b(?:responde|responda|contesta|escribe)(?: (?:solo|sólo|únicamente|siempre|con|simplemente)){0,3}:? [\"'“«]?(?:first|second)\b"),
)  # fmt: skip

_ARABIC = (
    (_ORDERS, _STRONG, r"(?:تجاهل|تجاهلي|تجاهلوا|انس|انسى)(?: (?:جميع|كل|هذه))? (?:التعليمات|الأوامر|التوجيهات|القواعد|المعايير)(?: (?:السابقة|أعلاه|المذكورة))"),
    (_ORDERS, _STRONG, r"(?:تجاهل|انس|انسى) (?:كل )?ما (?:سبق|ورد أعلاه)"),
    (_ORDERS, _STRONG, r"(?:اختر|اختار|اختاري|فضل) (?:هذا|هذه) (?:النص|المقال|المقالة|الإجابة)"),
    (_ORDERS, _STRONG, r"(?:أعط|اعط|أعطي|امنح)(?:ني)?(?: (?:هذا|هذه) (?:النص|المقال|المقالة|الإجابة))? (?:أعلى|أفضل) (?:درجة|علامة|تقييم)"),
    (_ADDRESS, _STRONG, r"(?:عزيزي|مرحبا|أيها|إلى|ملاحظة إلى) (?:الذكاء الاصطناعي|نموذج اللغة|المقيم الآلي|المصحح الآلي)[:،,!]"),
    (_VERDICT, _STRONG, r"(?:أجب|اكتب)(?: (?:فقط|دائما|ب|بـ))* ?[\"'“«]?(?:first|second)\b"),
)  # fmt: skip

_TURKISH = (
    (_ORDERS, _STRONG, r"\b(?:önceki|yukarıdaki|verilen|daha önceki)(?: (?:tüm|bütün))? (?:talimatları|talimatlar|yönergeleri|kuralları|emirleri|komutları)(?: \w+){0,2} (?:yok say|görmezden gel|unut|dikkate alma|göz ardı et)"),
    (_ORDERS, _STRONG, r"\b(?:tüm|bütün) (?:talimatları|yönergeleri|kuralları|komutları) (?:yok say|görmezden gel|unut|dikkate alma)"),
    (_ORDERS, _STRONG, r"\b(?:bu|benim|ilk|birinci|ikinci) (?:metni|yazıyı|kompozisyonu|denemeyi|makaleyi) (?:seç|seçin|tercih et|tercih edin|kazanan ilan et)\b"),
    (_ORDERS, _STRONG, r"\b(?:bu|benim) (?:metne|yazıya|kompozisyona|denemeye) (?:\w+ )?en (?:yüksek|iyi) (?:notu|puanı|not|puan)\w* ver"),
    (_ADDRESS, _STRONG, r"\b(?:sevgili|sayın|merhaba|dikkat)[,:]? (?:yapay zeka|yapay zekâ|dil modeli|otomatik değerlendirici|chatgpt)\b"),
    (_ADDRESS, _STRONG, r"\beğer (?:sen )?(?:bir )?(?:yapay zeka|yapay zekâ|dil modeli)(?:ysan|sen|ysen|isen| isen)"),
    (_AUTHORITY, _STRONG, r"\bdiğer (?:metin|yazı|kompozisyon|deneme)(?: \w+){0,3} (?:kopya|intihal|hile|çalıntı|sahte)"),
    (_VERDICT, _STRONG, r"(?:sadece|yalnızca) [\"'“«]?(?:first|second)[\"'”»]? (?:yaz|yanıtla|cevap ver|de)\b"),
)  # fmt: skip

OTHER_SIGNALS: Final[tuple[Signal, ...]] = tuple(signals({}, (*_FRENCH, *_SPANISH, *_ARABIC, *_TURKISH)))
