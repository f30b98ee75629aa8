"""How often does each kind of record arise? Rates of the made-up force, per 100,000 people over five years, and code lists."""

from __future__ import annotations

# Ordinary happenings per 100,000 people over five years. Their sum, with what follows from adversity, gives about
# 130,000 events: of the order of a large urban force (rounded, invented).
RATES = {
    "burglary": 5_600,
    "vehicle": 8_800,
    "shop": 6_200,
    "violence": 6_600,
    "public": 5_000,
    "drugs": 1_700,
    "robbery": 2_600,
    "noise": 11_500,
    "traffic": 7_500,
    "misc": 9_000,
    "concern": 8_000,
    "custody": 3_600,
    "missing": 900,
    "child_notice": 4_600,
    "adult_notice": 3_300,
    "intelligence": 5_200,
    "early_help": 1_900,
    "exclusion": 1_600,
    "cancelled": 350,
    "historic": 260,
}

OFFENCES: dict[str, tuple[tuple[str, str, float], ...]] = {
    # HO recorded-crime codes as in the Home Office's list of notifiable offences; shares invented.
    "burglary": (
        ("28E", "Burglary Residential", 0.7),
        ("28F", "Attempted Burglary Residential", 0.12),
        ("30C", "Burglary Business and Community", 0.18),
    ),
    "vehicle": (
        ("45", "Theft from vehicle", 0.45),
        ("48", "Theft or unauthorised taking of motor vehicle", 0.2),
        ("58C", "Criminal damage to a vehicle", 0.3),
        ("126", "Interfering with a motor vehicle", 0.05),
    ),
    "shop": (("46", "Shoplifting", 1.0),),
    "violence": (
        ("8N", "Assault with injury", 0.55),
        ("105A", "Assault without injury", 0.4),
        ("5D", "Assault with intent to cause serious harm", 0.05),
    ),
    "public": (
        ("9A", "Public fear, alarm or distress", 0.5),
        ("8L", "Harassment", 0.25),
        ("8R", "Malicious Communications", 0.25),
    ),
    "drugs": (("92E", "Possession of controlled drugs (Cannabis)", 0.75), ("92D", "Possession of controlled drugs (excl. Cannabis)", 0.25)),
    "robbery": (("34B", "Robbery of personal property", 0.5), ("39", "Theft from the person", 0.5)),
    "domestic": (
        ("8N", "Assault with injury", 0.42),
        ("105A", "Assault without injury", 0.25),
        ("58A", "Criminal damage to a dwelling", 0.1),
        ("8L", "Harassment", 0.12),
        ("3B", "Threats to kill", 0.05),
        ("8Q", "Stalking", 0.03),
        ("5D", "Assault with intent to cause serious harm", 0.03),
    ),
    "physical": (("8N", "Assault with injury", 0.5), ("105A", "Assault without injury", 0.15), ("11A", "Cruelty to children/young persons", 0.35)),
    "sexual_girl_young": (("20B", "Sexual assault on a female child under 13", 0.6), ("19E", "Rape of a female child under 13", 0.15), ("21", "Sexual activity involving a child under 13", 0.25)),
    "sexual_girl": (("20A", "Sexual assault on a female aged 13 and over", 0.4), ("22B", "Sexual activity involving child under 16", 0.4), ("19D", "Rape of a female child under 16", 0.2)),
    "sexual_boy_young": (("17B", "Sexual assault on a male child under 13", 0.7), ("21", "Sexual activity involving a child under 13", 0.3)),
    "sexual_boy": (("17A", "Sexual assault on a male aged 13 and over", 0.6), ("22B", "Sexual activity involving child under 16", 0.4)),
    "custody": (
        ("802", "Dangerous driving", 0.15),
        ("49", "Other theft", 0.25),
        ("8N", "Assault with injury", 0.2),
        ("83", "Bail offences", 0.25),
        ("10D", "Possession of article with blade or point", 0.15),
    ),
    "prison": (
        ("28E", "Burglary Residential", 0.3),
        ("92A", "Trafficking in controlled drugs", 0.25),
        ("5D", "Assault with intent to cause serious harm", 0.2),
        ("34B", "Robbery of personal property", 0.15),
        ("53D", "Fraud by false representation: other frauds (outcomes only)", 0.1),
    ),
}  # fmt: skip

ABUSE_CODES = ("11A", "17B", "20B", "19D", "19E", "19G", "19H", "21", "22B", "23", "71", "73")
"""Recorded-crime codes that name a child's abuse by themselves."""

OUTCOMES = (
    ("18", 0.47),
    ("1", 0.13),
    ("16", 0.12),
    ("15", 0.1),
    ("14", 0.08),
    ("8", 0.05),
    ("3", 0.02),
    ("6", 0.01),
    ("", 0.02),
)
KNOWN_OUTCOMES = (("1", 0.34), ("16", 0.27), ("15", 0.17), ("8", 0.1), ("3", 0.07), ("10", 0.03), ("", 0.02))

NOISE_TYPES = ("215", "214", "211", "202", "213", "216")
TRAFFIC_TYPES = ("100", "101", "102", "103")
MISC_TYPES = ("317", "501", "300", "305", "314", "502", "316", "507")
HIDDEN_TYPES = ("211", "309", "214", "305", "502")
"""What a domestic incident is closed as when nobody marks it as domestic."""

FOUND_BY = (("POLICE", 0.34), ("SELF", 0.3), ("FAMILY", 0.2), ("FRIEND", 0.04), ("CARER", 0.12))
REASONS = (
    ("NOT_RECORDED", 0.44),
    ("RELATIONSHIP", 0.28),
    ("SCHOOL", 0.08),
    ("DRUG_ALCOHOL", 0.05),
    ("MENTAL_HEALTH", 0.07),
    ("EXPLOITATION", 0.05),
    ("DOMESTIC_ABUSE", 0.03),
)
RETURN_HOURS = ((0.0, 0.5), (0.47, 8.0), (0.76, 24.0), (0.85, 48.0), (0.97, 168.0), (0.995, 672.0), (1.0, 1500.0))
"""Share of missing children found within so many hours (national figures 2014/15 and 2016/17; the tail is assumed)."""

UNITS = ("Response team", "Neighbourhood team", "Public protection unit", "Contact centre", "Custody suite")
STATIONS = ("Aldermoor", "Foundry Lane", "Northgate", "Canal Street", "Beacon Hill")
LEADS = (
    "Assessment team",
    "Safeguarding team A",
    "Safeguarding team B",
    "Looked after children team",
    "Early help hub",
)
