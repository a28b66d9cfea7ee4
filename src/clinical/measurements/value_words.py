"""The words that may stand between a name and its value, and between two values of one name."""

import re

from clinical.lexicon.resources import wordset

# What may stand between a name and its value.
BEFORE = wordset(
    """
    is was of at are were be been being today currently now reading readings read reads measured measures measuring
    stable on arrival elevated normal slightly mildly moderately markedly significantly severely recorded as in the
    office clinic ed er room here initially initial sitting standing supine lying resting rest regular reg irregular
    irreg manual repeat repeated noted to about around approximately approx approx. ca ca. air ra examination exam
    admission rate value low high oral orally tympanic and running this morning visit for today's left right arm la
    lue rue level levels mmhg bpm kg cm lbs c f max current actual with monitor home percent percentage % result
    results count came back lower upper limits limit within reference borderline reduced decreased increased raised
    improved improving has have had up down from test remains remained remain returned showed shows average averages
    averaging mean averaged usually most recent latest last repeat fasting random total titer screen swab pcr
    antigen serum checked yesterday still just only very good well stably acceptable goal end reviewed reported
    collected performed demonstrated demonstrates found l h r dropped fell fallen falling rose risen rising went
    gone going climbed improved worsened settled settling came coming recovering recovered normalised normalized
    deteriorated doubled cleared trending trended declined jumped peaked rapid a an his her their it patient
    self-reported
    capillary cap venous arterial plasma blood adjusted corrected post-prandial preprandial before breakfast lunch
    dinner meal bed after mg/dl mmol/l g/dl g/l umol/l score your trend trends nadir peak series serial
    which that come gas at gp's own self rpt dose ppb steady state log vbg abg recording spiked spiking spikes
    """
)
# And between two values of one name.
BETWEEN = wordset(
    """
    is was were to then and now from of at on in the down up which has have had been previously again by gp hospital
    clinic home notes since day has dropped fell fallen falling rose risen rising went gone improved improving
    worsened increased increasing decreased decreasing reduced raised settled settling came coming back recovering
    recovered normalised normalized climbed declined before after baseline vs versus cf compared with against lying
    standing sitting supine left right arm l r la ra lue rue rest exertion regular reg irregular irreg mmhg bpm kg
    cm lb lbs mg/dl mmol/l g/dl g/l umol/l h high low normal air room nc nasal cannula oxygen o2 diary son's
    daughter's wife's husband's his her old repeated repeat reading level value measured recorded checked manual c f
    base bl b/l adm rpt vbg abg gas poc lab rest retest recording per min an a it this that machine ward date dated
    taken nadir peak max maximum minimum nurse doctor dr haemolysed hemolyzed hemolysed replaced repleted treated
    transfused corrected still remains mobilising mobilizing walking
    """
)
CHANGES = wordset(
    """
    from dropped fell fallen falling rose risen rising went gone climbed improved worsened settled declined jumped
    down up increased decreased reduced raised recovering recovered normalised normalized came coming cleared
    deteriorated doubled improving settling
    """
)
AIMS = wordset("goal goals target targets aim aims aiming")
PRECEDES = wordset("was were from previously before baseline base bl b/l vs versus cf compared against old")
# Right before a further value these make it another thing: "now on 60% oxygen", "down 12 from last week".
LEADS_AWAY = wordset("on by for with dropped fell fallen risen rose down up increased decreased reduced")
# Behind a value stands an end or a word that counts nothing.
ENDS = re.compile(
    r"\s*(?:$|[.,;:)\]\n–—]|-\s|→|[(\[]|(?:on|in|with|at|after|once|when|while|and|but|post|by|from|so|before|despite|"
    r"following|without|off|via|since|then|which|who|he|she|again|is|was|high|low|as|until)\b(?!-))",
    re.IGNORECASE,
)
