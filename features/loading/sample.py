"""The sample ward: two dozen invented patients that a fresh development database starts with.

A frontend meets here what it will meet in a hospital: several scripts and name orders, a newborn, a leap-day birthday,
people from abroad, gaps in the record, and one patient about whom next to nothing is known. All of them are fictional.
Their NHS numbers come from 999 000 xxxx, the part of the never-issued test range that synthetic patients leave free,
their telephone numbers from the ranges Ofcom keeps for drama, their e-mail addresses from domains RFC 2606 sets aside.

Tests, journeys and the manual point at some of them by MRN, so these must stay what they are, on every day from 2026:

* 102: 65 or younger (until 2062), BMI at most 30, no chronic pain, orthopaedic surgery a few weeks before the ward was
  loaded (only the rule about recent surgery fires, until 90 days after the operation);
* 105: 65 or younger (until 2055), BMI over 30, no chronic pain, no surgery (only the weight rule fires);
* 108: older than 65, chronic pain, BMI at most 30, orthopaedic surgery as 102 (the rules about age and pain and about
  recent surgery fire);
* 101, 113 and 118: orthopaedic surgery too long ago; 103 and 114: recent surgery of another department; 105: recently
  in orthopaedics, but for nothing surgical (the rule about recent surgery fires for none of them);
* 109: born in 2025; 113: born on 29 February; 121: under 18 (until 2034); 119: several conditions;
* 124: nothing but a name, a date of birth and an MRN: no NHS number, no other identifier, no way to reach them.
"""

from dataclasses import dataclass
from datetime import date

__all__ = ["PROCEDURES", "STAFF", "WARD", "SampleAddress", "SamplePatient", "SampleProcedure", "Underwent"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleAddress:
    """Where a sample patient lives; the fields of the API's address."""

    line1: str
    line2: str | None = None
    city: str
    region: str | None = None
    postcode: str
    country: str = "GB"


@dataclass(frozen=True, slots=True)
class SampleProcedure:
    """Something one of the departments does."""

    code: str
    name: str
    department: str
    surgical: bool


@dataclass(frozen=True, slots=True)
class Underwent:
    """What a sample patient underwent, so many days before the ward is loaded."""

    code: str
    days_ago: int
    report: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SamplePatient:
    """One sample patient; the fields of the API's create body, an address, and procedures."""

    mrn: str
    name: str
    date_of_birth: date
    sex: str
    nhs_number: str | None = None
    email: str | None = None
    phone: str | None = None
    height_cm: float | None = None
    weight_kg: float | None = None
    conditions: tuple[str, ...] = ()
    identifiers: tuple[tuple[str, str], ...] = ()
    address: SampleAddress
    procedures: tuple[Underwent, ...] = ()


WARD: tuple[SamplePatient, ...] = (
    SamplePatient(
        mrn="101",
        name="Eleanor Hartley-Shaw",
        date_of_birth=date(1948, 3, 12),
        sex="female",
        nhs_number="9990000379",
        email="eleanor.hartley-shaw@example.org",
        phone="+441134960101",
        height_cm=158.0,
        weight_kg=61.5,
        conditions=("hypertension", "osteoarthritis"),
        address=SampleAddress(line1="14 Chapel Lane", city="Leeds", region="West Yorkshire", postcode="LS6 3PN"),
        procedures=(Underwent("hip-replacement", 412, "Left hip. Uneventful; walking with one stick at discharge."),),
    ),
    # Promised above: 65 or younger, BMI 23, no chronic pain, knee surgery.
    SamplePatient(
        mrn="102",
        name="Amara Okafor",
        date_of_birth=date(1996, 7, 19),
        sex="female",
        nhs_number="9990000743",
        email="amara.okafor@example.com",
        phone="+447700900102",
        height_cm=164.0,
        weight_kg=62.0,
        conditions=("asthma",),
        address=SampleAddress(line1="Flat 3", line2="27 Peckham Grove", city="London", postcode="SE15 6QW"),
        procedures=(
            Underwent(
                "knee-arthroscopy", 20, "Right knee. Partial meniscectomy through two portals; no complications."
            ),
        ),
    ),
    SamplePatient(
        mrn="103",
        name="Seán O’Brien",
        date_of_birth=date(1957, 11, 2),
        sex="male",
        nhs_number="9990001111",
        email="sean.obrien@example.net",
        phone="+441514960103",
        height_cm=172.5,
        weight_kg=83.0,
        conditions=("COPD", "hypertension", "high cholesterol"),
        address=SampleAddress(line1="8 Mersey View", city="Liverpool", region="Merseyside", postcode="L17 7BD"),
        procedures=(
            Underwent("coronary-stent", 26, "One drug-eluting stent to the left anterior descending artery."),
            Underwent("echocardiogram", 27),
        ),
    ),
    SamplePatient(
        mrn="104",
        name="王秀英",
        date_of_birth=date(1962, 1, 30),
        sex="female",
        nhs_number="9990001480",
        phone="+447700900104",
        height_cm=155.5,
        weight_kg=54.0,
        conditions=("hypothyroidism",),
        address=SampleAddress(line1="52 Faulkner Terrace", city="Manchester", postcode="M1 4FH"),
    ),
    # Promised above: 65 or younger, BMI 34, no chronic pain, no surgery.
    SamplePatient(
        mrn="105",
        name="Tomasz Wiśniewski",
        date_of_birth=date(1989, 5, 23),
        sex="male",
        nhs_number="9990001855",
        email="tomasz.wisniewski@example.org",
        phone="+447700900105",
        height_cm=178.0,
        weight_kg=108.5,
        conditions=("type 2 diabetes", "sleep apnoea"),
        address=SampleAddress(
            line1="119 Foundry Street", city="Sheffield", region="South Yorkshire", postcode="S5 9TL"
        ),
        procedures=(
            Underwent(
                "fracture-clinic-review", 12, "Fractured left scaphoid, healing in its cast. No operation needed."
            ),
        ),
    ),
    SamplePatient(
        mrn="106",
        name="Priya Raghunathan",
        date_of_birth=date(1983, 9, 8),
        sex="female",
        nhs_number="9990002223",
        email="priya.raghunathan@example.com",
        phone="+441164960106",
        height_cm=160.0,
        weight_kg=68.4,
        conditions=("migraine", "iron deficiency anaemia"),
        address=SampleAddress(line1="33 Belgrave Rise", city="Leicester", postcode="LE4 5JX"),
    ),
    SamplePatient(
        mrn="107",
        name="فاطمة أحمد المصري",
        date_of_birth=date(1974, 12, 17),
        sex="female",
        nhs_number="9990002592",
        phone="+447700900107",
        height_cm=161.0,
        weight_kg=74.2,
        conditions=("type 2 diabetes", "chronic pain"),
        address=SampleAddress(line1="6 Sparkhill Close", city="Birmingham", postcode="B11 4NR"),
    ),
    # Promised above: older than 65, chronic pain, BMI 25, hip surgery.
    SamplePatient(
        mrn="108",
        name="Margaret Elizabeth Pryce-Jones",
        date_of_birth=date(1947, 2, 8),
        sex="female",
        nhs_number="9990002967",
        email="margaret.pryce-jones@example.org",
        phone="+442920180108",
        height_cm=160.0,
        weight_kg=64.0,
        conditions=("chronic pain", "osteoarthritis"),
        address=SampleAddress(line1="Tŷ Gwyn", line2="2 Heol y Bont", city="Cardiff", postcode="CF14 6AE"),
        procedures=(
            Underwent("hip-replacement", 33, "Right hip. Cemented stem; weight-bearing from the first day."),
            Underwent("physiotherapy-session", 9, "Walks 40 metres with a frame."),
        ),
    ),
    # Promised above: a baby.
    SamplePatient(
        mrn="109",
        name="Isla Grace McKenzie",
        date_of_birth=date(2025, 10, 14),
        sex="female",
        nhs_number="9990003335",
        phone="+441414960109",
        height_cm=52.0,
        weight_kg=3.9,
        address=SampleAddress(line1="Flat 1/2", line2="71 Dumbarton Crescent", city="Glasgow", postcode="G11 6RB"),
    ),
    SamplePatient(
        mrn="110",
        name="Nguyễn Thị Lan",
        date_of_birth=date(1984, 4, 5),
        sex="female",
        nhs_number="9990004072",
        email="lan.nguyen@example.net",
        phone="+447700900110",
        height_cm=152.0,
        weight_kg=47.5,
        address=SampleAddress(line1="18 Mare Street Mews", city="London", postcode="E8 3RH"),
    ),
    SamplePatient(
        mrn="111",
        name="Szabó Katalin",
        date_of_birth=date(1971, 8, 26),
        sex="female",
        nhs_number="9990004447",
        email="katalin.szabo@example.org",
        phone="+441184960111",
        height_cm=167.5,
        weight_kg=92.0,
        conditions=("depression", "gastro-oesophageal reflux"),
        address=SampleAddress(line1="40 Caversham Drive", city="Reading", postcode="RG4 7QL"),
    ),
    SamplePatient(
        mrn="112",
        name="João Pedro da Conceição Ferreira",
        date_of_birth=date(1979, 6, 13),
        sex="male",
        email="joao.ferreira@example.com",
        phone="+447700900112",
        height_cm=176.0,
        weight_kg=79.8,
        conditions=("psoriasis", "COPD"),
        identifiers=(("pt.nif", "299999998"),),
        address=SampleAddress(
            line1="Rua das Oliveiras 25, 2.º Esq.", city="Coimbra", postcode="3000-302", country="PT"
        ),
    ),
    # Promised above: a birthday that three years out of four do not have.
    SamplePatient(
        mrn="113",
        name="Aoife Ní Dhomhnaill",
        date_of_birth=date(1992, 2, 29),
        sex="female",
        email="aoife.nidhomhnaill@example.org",
        phone="+447700900113",
        height_cm=169.0,
        weight_kg=63.3,
        identifiers=(("ie.pps", "1234567FA"),),
        address=SampleAddress(
            line1="Teach na Trá",
            line2="Bóthar na gCloch",
            city="An Spidéal",
            region="Galway",
            postcode="H91 XT00",
            country="IE",
        ),
        procedures=(Underwent("knee-arthroscopy", 205),),
    ),
    SamplePatient(
        mrn="114",
        name="Pieter van der Berg",
        date_of_birth=date(1955, 10, 1),
        sex="male",
        email="pieter.vanderberg@example.net",
        phone="+447700900114",
        height_cm=188.0,
        weight_kg=90.5,
        conditions=("atrial fibrillation",),
        identifiers=(("nl.bsn", "999990019"),),
        address=SampleAddress(line1="Oude Gracht 211", city="Utrecht", postcode="3511 NG", country="NL"),
        procedures=(
            Underwent("pacemaker", 61, "Dual-chamber pacemaker below the left collarbone."),
            Underwent("echocardiogram", 64),
        ),
    ),
    SamplePatient(
        mrn="115",
        name="Dr Kwame Mensah-Boateng",
        date_of_birth=date(1968, 3, 3),
        sex="male",
        nhs_number="9990004811",
        email="kwame.mensah-boateng@example.com",
        phone="+441174960115",
        height_cm=181.5,
        weight_kg=101.0,
        conditions=("hypertension", "gout"),
        address=SampleAddress(line1="5 Harbour Terrace", city="Bristol", postcode="BS1 6XN"),
    ),
    SamplePatient(
        mrn="116",
        name="María del Carmen García Fernández",
        date_of_birth=date(1990, 5, 15),
        sex="female",
        nhs_number="9990005184",
        email="carmen.garcia@example.org",
        phone="+447700900116",
        height_cm=163.0,
        conditions=("endometriosis",),
        address=SampleAddress(line1="Flat 12, Tannery Court", city="London", postcode="SE1 3XG"),
    ),
    SamplePatient(
        mrn="117",
        name="김민준",
        date_of_birth=date(2004, 11, 11),
        sex="male",
        nhs_number="9990005559",
        email="minjun.kim@example.com",
        phone="+447700900117",
        height_cm=176.0,
        weight_kg=66.0,
        address=SampleAddress(line1="9 Collegiate Row", city="Sheffield", region="South Yorkshire", postcode="S10 2HQ"),
    ),
    SamplePatient(
        mrn="118",
        name="Елена Сергеевна Волкова",
        date_of_birth=date(1953, 1, 21),
        sex="female",
        nhs_number="9990005923",
        phone="+441314960118",
        height_cm=165.0,
        weight_kg=84.6,
        conditions=("hypertension", "osteoarthritis", "chronic pain"),
        address=SampleAddress(line1="3F1, 22 Leith Wynd", city="Edinburgh", postcode="EH6 5DT"),
        procedures=(
            Underwent("hip-replacement", 91, "Left hip. Uneventful."),
            Underwent("physiotherapy-session", 70),
        ),
    ),
    # Promised above: the long list.
    SamplePatient(
        mrn="119",
        name="Γεώργιος Παπαδόπουλος",
        date_of_birth=date(1944, 4, 23),
        sex="male",
        nhs_number="9990006296",
        email="g.papadopoulos@example.net",
        phone="+442079460119",
        height_cm=168.0,
        weight_kg=77.0,
        conditions=(
            "atrial fibrillation",
            "heart failure",
            "chronic kidney disease",
            "type 2 diabetes",
            "hypertension",
            "hearing loss",
        ),
        address=SampleAddress(line1="86 Palmers Avenue", city="London", postcode="N13 4LT"),
        procedures=(Underwent("echocardiogram", 8, "Left ventricular ejection fraction 35 %."),),
    ),
    SamplePatient(
        mrn="120",
        name="अनीता शर्मा",
        date_of_birth=date(1976, 7, 7),
        sex="female",
        nhs_number="9990006660",
        phone="+441214960120",
        height_cm=157.0,
        weight_kg=70.1,
        conditions=("rheumatoid arthritis", "chronic pain"),
        address=SampleAddress(line1="61 Soho Mount", city="Birmingham", postcode="B21 9SU"),
        procedures=(
            Underwent("physiotherapy-session", 18),
            Underwent("physiotherapy-session", 4),
        ),
    ),
    # Promised above: a child.
    SamplePatient(
        mrn="121",
        name="Oliver Davies",
        date_of_birth=date(2016, 9, 1),
        sex="male",
        nhs_number="9990007039",
        phone="+441914980121",
        height_cm=134.5,
        weight_kg=29.2,
        conditions=("asthma", "food allergy"),
        address=SampleAddress(line1="7 Jesmond Way", city="Newcastle upon Tyne", postcode="NE2 3LB"),
    ),
    SamplePatient(
        mrn="122",
        name="Featherstone, Cecily",
        date_of_birth=date(1936, 12, 24),
        sex="female",
        nhs_number="9990007403",
        phone="+441632960122",
        height_cm=151.0,
        weight_kg=43.2,
        conditions=("dementia", "osteoporosis", "cataract"),
        address=SampleAddress(
            line1="Rose Cottage", line2="Mill Lane", city="Selby", region="North Yorkshire", postcode="YO8 8QN"
        ),
        procedures=(Underwent("hip-replacement", 2190),),
    ),
    SamplePatient(
        mrn="123",
        name="Llŷr ap Rhys",
        date_of_birth=date(2000, 3, 1),
        sex="other",
        nhs_number="9990007772",
        email="llyr.aprhys@example.org",
        phone="+447700900123",
        conditions=("anxiety",),
        address=SampleAddress(line1="15 Stryd Fawr", city="Bangor", region="Gwynedd", postcode="LL57 1NW"),
    ),
    # Promised above: as little as a record can hold.
    SamplePatient(
        mrn="124",
        name="Alex Morgan",
        date_of_birth=date(1994, 1, 1),
        sex="unknown",
        address=SampleAddress(line1="Lagan Quay Hostel", city="Belfast", postcode="BT15 1AL"),
    ),
)

# What the departments below do.
PROCEDURES: tuple[SampleProcedure, ...] = (
    SampleProcedure("hip-replacement", "Hip replacement", "orthopaedics", surgical=True),
    SampleProcedure("knee-arthroscopy", "Knee arthroscopy", "orthopaedics", surgical=True),
    SampleProcedure("fracture-clinic-review", "Fracture clinic review", "orthopaedics", surgical=False),
    SampleProcedure("coronary-stent", "Coronary stent", "cardiology", surgical=True),
    SampleProcedure("pacemaker", "Pacemaker implantation", "cardiology", surgical=True),
    SampleProcedure("echocardiogram", "Echocardiogram", "cardiology", surgical=False),
    SampleProcedure("physiotherapy-session", "Physiotherapy session", "physiotherapy", surgical=False),
)

# Departments, and who works in them.
STAFF: dict[str, tuple[str, ...]] = {
    "orthopaedics": ("Dr Grace Okafor", "Miss Helena Brandt"),
    "cardiology": ("Dr Tomasz Zieliński", "Dr Anjali Menon"),
    "general medicine": ("Dr Rhys Pritchard", "Sister Bernadette Quigley"),
    "paediatrics": ("Dr Naomi Feldman",),
    "physiotherapy": ("Jonas Lindqvist",),
}
