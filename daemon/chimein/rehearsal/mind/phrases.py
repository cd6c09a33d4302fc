"""How people word an instruction: the shapes that carry a topic, and the words that never are one. Pure tables.

Every shape has a group `what`. They are tried in this order over text in small letters, with single spaces.
"""

import re
from typing import Final

from chimein.rehearsal.mind import english

_SPEAK: Final = (
    r"(?:chime in|chip in|pipe up|speak up|speak|talk|answer|respond|reply|join in|join|jump in|help|step in|interject|"
    r"comment|interrupt|say (?:something|anything)|react|intervene|contribute|engage|get involved|discuss|chat|"
    r"be active|assist|open your mouth|break your silence|make a (?:remark|comment)|offer (?:advice|help|tips)|butt in)"
)
_IF: Final = (
    r"(?:when(?:ever)?|if|once|as soon as|after|about|on|to|for|in case|where|while|of|in|"
    r"unless|until|till|with|regarding|concerning)"
)
_FIELD: Final = (
    r"(?:subject|topic|field|area|domain|speciality|specialty|expertise|theme|interest|passion|concern|business|"
    r"department|job|territory|remit|hobby|matter|thing|world|focus|exception)(?: matters?| of (?:expertise|interest))?"
)
_TRADE: Final = (
    r"(?:assistant|expert|specialist|helper|adviser|advisor|teacher|guide|coach|consultant|companion|bot|tutor|"
    r"professor|trainer|enthusiast|fan|lover|buff|nerd|geek|authority|instructor|mentor|connoisseur|pro|ai|chatbot)"
)
_RAISED: Final = (
    r"(?:comes? up|crops? up|arises?|(?:is|are|gets?|being|has been) (?:mentioned|discussed|raised|named|brought up|"
    r"talked about|spoken of|the (?:topic|subject|theme))|pops? up|enters? the conversation)"
)
NEGATIVE: Final = re.compile(
    r"\b(?:silent|silence|quiet|quietly|nothing|never|not|don't|doesn't|ignore|mute|refrain|no|nobody|none|out of|"
    r"shut up|hush|avoid|away from|hold your tongue|neither|isn't|aren't|cannot|can't|mustn't|shouldn't|won't)\b"
)
"""A clause that asks for silence."""
SHAPES: Final = tuple(
    re.compile(pattern)
    for pattern in (
        rf"\b(?:only|solely|exclusively|just)\b[^.;!?]*?\b{_SPEAK}\b[^.;!?]*?\b{_IF}\b(?P<what>[^.;!?]+)",
        rf"\b{_SPEAK}\b[^.;!?]*?\b(?:only|solely|exclusively|just)\b[^.;!?]*?\b{_IF}\b(?P<what>[^.;!?]+)",
        rf"\b(?:when(?:ever)?|if|once|as soon as|should|until|unless)\b(?P<what>[^.;!?,]+?)\b{_RAISED}\b",
        rf"\b(?:when(?:ever)?|if|once|should)\b(?P<what>[^.;!?,]+),[^.;!?]*\b{_SPEAK}\b",
        rf"\b{_SPEAK}\b[^.;!?]*?\b(?:when(?:ever)?|if|once)\b(?P<what>[^.;!?]+)",
        rf"\b{_FIELD}s?(?: of yours)? ?(?:is|are|:|=)(?P<what>[^.;!?]+)",
        rf"(?:^|[.;!?])(?P<what>[^.;!?]+?)\b(?:is|are)\b (?:your|the|all|what|that's)\b[^.;!?]*?\b(?:{_FIELD}|you)\b",
        r"\b(?:limit|restrict|confine|devote|dedicate|stick|keep|constrain|listen|attention|reserved?)\b"
        r"[^.;!?]*?\b(?:to|for)\b(?P<what>[^.;!?]+)",
        r"\b(?:focus|concentrate|focused)\b[^.;!?]*?\bon\b(?P<what>[^.;!?]+)",
        rf"\b{_SPEAK}\b (?:about|on|of)\b(?P<what>[^.;!?]+)",
        r"\b(?:specialise|specialize|interested|specialised|specialized|versed|skilled)\b[^.;!?]*?\bin\b(?P<what>[^.;!?]+)",
    )
)
EXCEPTION: Final = re.compile(
    r"\b(?:unless|until|till|except(?:ions?|ing)?(?: (?:when|if|for|about|on|is|are|of|to))?|other than|besides|"
    r"apart from|aside from|save for|"
    r"but(?! not| never| don't| stay| keep| remain| do not| be )|outside(?: of)?|"
    r"only exceptions?)\b:?(?P<what>[^.;!?]+)"
)
"""What follows is the topic when silence is the rule, and what is left out when talk is."""
EXCLUSIONS: Final = tuple(
    re.compile(pattern)
    for pattern in (
        rf"\b(?:never|not|don't|nothing|no|mustn't|shouldn't|refuse to|refrain from)\b(?: (?:ever|want you to))?"
        rf"(?: (?:{_SPEAK}|speaking|talking|commenting|say anything|questions|remarks|comments|advice|a word))*"
        r" (?:about|on|regarding|concerning|of)\b(?P<what>[^.;!?]+)",
        r"\b(?:avoid|ignore|skip|leave out|steer clear of|stay away from|keep away from|keep out of|stay out of|"
        r"(?:don't|not|never)(?: ever)? (?:discuss|mention))\b(?P<what>[^.;!?]+)",
        r"(?:^|[.;!?,])(?P<what>[^.;!?,]+?)\b(?:is|are) (?:off limits|taboo|forbidden|not your (?:business|topic))\b",
    )
)
NOT_IF: Final = re.compile(
    r"\b(?:if|when(?:ever)?|while|as long as)\b[^.;!?,]*?\b(?:not|isn't|aren't|doesn't|don't|nobody|no one|nothing)\b"
    r"(?P<what>[^.;!?,]+)"
)
"""Silence when it is not about something: twice no is yes."""
TRADES: Final = tuple(
    re.compile(pattern)
    for pattern in (
        rf"\b{_TRADE}\b[^.;!?,]*?\b(?:in|on|for|of|about|with)\b(?P<what>[^.;!?,]+)",
        rf"\b(?:you are|you're|act as|as|be) (?:an?|the|our|my)\b(?P<what>[^.;!?,]*?)\b{_TRADE}\b",
        r"\b(?:know(?:s)? (?:everything|all|a lot|much)(?: there is to know)? (?:about|of|on)|"
        r"help (?:us |people |me )?with|(?:are )?good at|love|adore|live for|care about|passionate about)\b"
        r"(?P<what>[^.;!?,]+)",
    )
)
EVERYTHING: Final = re.compile(
    rf"\b{_SPEAK}\b (?:to |about |on )?(?:everything|every|all|any|anything|whatever|always|each)\b|\balways {_SPEAK}\b"
)
"""Outright asked to answer whatever is said."""
NAMED: Final = re.compile(r"\b(?:your name is|you are called|you're called|called|named|name:)\s+(?P<what>[a-z]+)")
ENDS: Final = re.compile(
    r"\b(?:otherwise|else|and (?:stay|keep|remain|be|say|never|do not|don't|then|ignore|only|nothing|no|avoid|leave)|"
    r"then|in (?:one|two|a|short|few)\b.*|at all other|briefly|politely|but (?:never|not|do not|don't|stay|keep)|"
    r"not about|even if|rather than|instead of|because|so that|to help|nothing|leave|give|stay silent|be quiet|"
    r"(?:be|keep|remain|stay) (?:quiet|silent)|say nothing|you (?:may|can|must|should)|"
    r"who|bores|interests|is (?:all|what|your)|"
    rf"please|{_RAISED}|not|alone|exclusively|don't|never|no)\b.*"
)
"""Here a topic's name is over."""
OTHER: Final = re.compile(
    r"\s*(?:[,/:&()]| - |\bor\b|\band\b|\bas well as\b|\bsuch as\b|\blike\b|\bfor example\b|\bfor instance\b|\be\.g\.|"
    r"\bincluding\b|\bnamely\b|\bespecially\b|\bparticularly\b|\bnor\b|\bplus\b)\s*"
)
"""Between topics."""
EMPTY: Final = english.DULL | frozenset(
    """
    absolutely active actually addressed advice advise ai aid allow allowed alone aloud always another answer answered
    answering answers anyone's anything anytime apart appear appears appliance appropriate area areas arise arises
    aside ask asked asking asks aspect aspects assist assistance assistant assistants attention audience authority
    available aware away background besides bore bored bores bot boundaries break brief briefly bring bringing brings
    british broach broached brought buddy budge business butt call care cases certain change changed changes chapter
    chat chatbot chats chatter chatting cheerful chime chimes chiming chip chitchat circumstances clear clearly clever
    close coach comes comment commentary commenting comments companion company competent completely comply concentrate
    concern concerned concerning concerns concise conditions confine connected connection connoisseur constrain
    consultant contribute contributions conversation conversations cover covered covers crops crowd cue curious
    current day-to-day deals dear dedicate dedicated department detail details devote devoted dialogue digital
    dinner-table directly discourse discreet discuss discussed discusses discussing discussion discussions domain
    drifts duty eager ear ears easy elegant else encounter engage english enjoy enjoys enter enters enthusiast entire
    entirely entry evening everyday everyone's everywhere exactly except exception exceptions excluding exclusively
    exist expert expertise explain explaining explicit explicitly extremely fact facts fall falls familiar family fan
    favorite favourite field fields flat focus focused focuses focusing folk folks follow fond forbidden formal free
    friend friendly friends full fun funny gang gathering geek general gently genuinely goes group guest guests
    guidance guide guru guy guys happen happens hear heard hearing hears heed hello helper helpers helpful helping
    helps hey hint hints hobby hold honest human humanity humans humorous hush ignore ignoring imagine immediately
    include includes including inform information informed instance instead instruction instructions instructor
    intelligent interest interested interesting interests interject interrupt intervene invitation invited involve
    involved involves involving issue issues job join joining jump kid kids kindly kitchen knowledge knowledgeable
    knows leave length limit limited limits line linked lip lips listen listener listeners listening listens live
    lives long loud lover loves main mainly manner master matter matters meeting mentioning mentions mentor merely
    message microphone mind minimal mode modest moment mood mostly mouth move moved moves mum mum's must mute name
    named neither nerd nobody's nor notable note noteworthy nothing notice object occasion occasions occur off-topic
    offer offering opinion opinions order original outside pal partner party pass passion passionate patient pay peace
    period permitted persona personal personality pertain pertaining pertains phrase pipe play plead please polite
    politely pop pops present pro proactive probable professional professor prompt purely purpose queries query
    question questions quiet quietly raise raised raising react reason reference references refrain regard regarding
    regards related relates relating relation relaxed relevance relevant remain remains remark remarks remit remotely
    repeat replies reply request requests reserve reserved respect respectful respond responds response responses rest
    restrict restricted reticent role room rule rules salon say saying scene scope sentence sentences seriously share
    shared sharing shift shifts shut shy signal silence silent silently simple simply single sit situation situations
    skilled skip smart sole solely someone's sort sound speak speaker speaking speaks special specialise specialised
    specialist speciality specialize specialized specialty specific specifically spoken start started starts stay
    stays steers stick strict strictly strike struck stuff style subject subjects suggest suggestion suggestions sum
    table talk talkative talked talking talks tea-time teach teacher team tell territory theme themes things tip tips
    tone tongue topic topics touch touched touches touching trainer trigger triggers truly turned turning turns tutor
    uninvited unrelated useful user users utter versed version virtual visitor visitors voice wait waiting wake wakes
    waking warm warmly whenever wise wish wishes witty wonder wondering wonders words world yourself zero zip
    """.split()  # noqa: SIM905
)
"""Words about the conversation and the assistant, not about what is talked of."""
