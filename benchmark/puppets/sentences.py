"""What the puppets say: forty short sentences without emotional words, 28 to train on and 12 to test on.

Written for the project. Each takes 1.3 to 2.1 seconds when spoken neutrally, and the lips close at least once.
Half of the test sentences are said by source and target clips; the others are heard in emotion cues only,
so that a cue never says the words of the clip to be edited.
"""

from __future__ import annotations

SENTENCES: dict[str, str] = {
    "s01": "The maps are under the old table.",
    "s02": "We moved the boxes before noon.",
    "s03": "My brother paints a blue boat.",
    "s04": "They keep the lamps in the barn.",
    "s05": "The bus stops behind the market.",
    "s06": "Put seven plums in the bowl.",
    "s07": "A farmer mended the wooden fence.",
    "s08": "The number is on the back page.",
    "s09": "She took the early train home.",
    "s10": "The paper lies by the window.",
    "s11": "Some people walk along the beach.",
    "s12": "He bought a map of the valley.",
    "s13": "The film begins at four.",
    "s14": "Both of them work near the bridge.",
    "s15": "The green door opens to the yard.",
    "s16": "I left my umbrella at the shop.",
    "s17": "The room above is very small.",
    "s18": "Please move the chair to the wall.",
    "s19": "The soup is made from beans.",
    "s20": "Fresh bread comes in the morning.",
    "s21": "The river bends to the north.",
    "s22": "Five men built the stone tower.",
    "s23": "You may borrow my other pen.",
    "s24": "The mail arrives on Tuesday.",
    "s25": "There is a museum on this street.",
    "s26": "The pilot talked about the flight.",
    "s27": "Most shops have a back room.",
    "s28": "The cup belongs on that shelf.",
    "s29": "The book is on the lower shelf.",
    "s30": "They plant apple trees in March.",
    "s31": "My uncle wears a brown coat.",
    "s32": "The meeting takes place upstairs.",
    "s33": "We often swim before breakfast.",
    "s34": "The box holds old maps.",
    "s35": "A white van is parked outside.",
    "s36": "The plane to Boston is on time.",
    "s37": "Her office is above the bank.",
    "s38": "The map shows every small road.",
    "s39": "I put the phone back on the desk.",
    "s40": "The band plays in the park.",
}

TRAINING_SENTENCES: tuple[str, ...] = tuple(f"s{n:02d}" for n in range(1, 29))
TEST_SENTENCES: tuple[str, ...] = tuple(f"s{n:02d}" for n in range(29, 35))
"""Said by the sources and targets of the test splits."""
CUE_SENTENCES: tuple[str, ...] = tuple(f"s{n:02d}" for n in range(35, 41))
"""Said by the emotional and neutral recordings that the test splits give as cues."""
