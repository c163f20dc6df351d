"""A talk with every way in which a name may be printed and every kind of evidence. All people are invented."""

from catalog.models import LabelState, Role
from tests.web.newsrooms import Line, Talk, Voice
from transcribe.guess import Evidence

PANEL = Talk(
    title="Five chairs and the names on them",
    summary="A test of names: one confirmed, one named, one probable, one unknown, one withheld.",
    voices={
        "A": Voice(
            "Asma Green",
            Role.MODERATOR,
            "the Demo Newsroom",
            "Asma Green talks to four guests.",
            reasons=(
                Evidence(
                    "self", "introduces themselves at 00:00:00: “I am Asma Green and this is a test.”", 2.9, 0
                ),
                Evidence("role", "hands over most often, as moderators do", 1.2),
            ),
        ),
        "B": Voice(
            "Zarin Lake",
            affiliation="a lawyer for people who have no papers, Demo Institute of Invented Law",
            evidence="with the lawyer Zarin Lake",
            state=LabelState.SUGGESTED,
            probability=0.974,
            reasons=(
                Evidence("voice", "voice like 3 earlier recordings", 4.4),
                Evidence(
                    "introduction",
                    "introduced by the moderator at 00:00:06: “ہمارے ساتھ زرین لیک موجود ہیں، Zarin Lake sahiba”",
                    1.7,
                    6_000,
                ),
                Evidence(
                    "thanks",
                    "thanked by another voice at 00:01:20, just after speaking: “Shukriya Zarin”",
                    1.2,
                    80_000,
                ),
                Evidence(
                    "reported",
                    "but speaks of this name at 00:00:30: “Zarin Lake once wrote that”",
                    -1.1,
                    30_000,
                ),
            ),
        ),
        "C": Voice(
            "Bilal Stone",
            affiliation="reporter",
            state=LabelState.SUGGESTED,
            probability=0.742,
            reasons=(Evidence("elimination", "named by elimination", 1.0),),
        ),
        "D": Voice(
            "Noor Meadow",
            state=LabelState.SUGGESTED,
            probability=0.41,
            reasons=(Evidence("thanks", "thanked as Noor Meadow: never to be printed", 0.3, 50_000),),
        ),
        "E": Voice(state=LabelState.WITHHELD, reasons=(Evidence("voice", "never to be printed", 5.0),)),
    },
    chapters=((0, "Good evening"), (60_000, "A second round")),
    lines=(
        Line("A", "I am Asma Green and this is a test. Nobody in it exists.", 0, 20_000),
        Line(
            "B",
            "Thank you. Zarin Lake once wrote that a name is a promise, and I am here to keep it.",
            20_000,
            42_000,
        ),
        Line("C", "I write down what is said, and who said it, when I know.", 42_000, 50_000),
        Line("D", "And I am somebody whose name was said once, quickly.", 50_000, 54_000),
        Line("E", "I would like to stay without one.", 54_000, 57_000),
        Line("A", "Then let us begin again, with the rain.", 60_000, 64_000),
        Line("B", "The rain it is.", 64_000, 80_000),
        Line("D", "Shukriya Zarin.", 80_000, 84_000),
    ),
)
