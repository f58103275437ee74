"""The texts of the illustrative masonry standard, in five languages: units, what each asks, how it is judged.

Illustrative: written for the demonstration, adopted by nobody; wording in Portuguese, Spanish and Arabic is a
draft.
"""

from dataclasses import dataclass

from certes.demo.illustration import Text


def _text(en: str, fr: str, pt: str, es: str, ar: str) -> Text:
    return {"en": en, "fr": fr, "pt": pt, "es": es, "ar": ar}


@dataclass(frozen=True)
class Unit:
    """One unit of the standard."""

    number: int
    hours: int
    title: Text
    outcome: Text
    criterion: Text


TITLE = _text(
    "Mason: regional standard (illustration)",
    "Maçon : référentiel régional (illustration)",
    "Pedreiro: referencial regional (ilustração)",
    "Albañil: referencial regional (ilustración)",
    "البنّاء: مرجع إقليمي (توضيحي)",
)
TRADE_MASCULINE = _text("Mason", "Maçon", "Pedreiro", "Albañil", "بنّاء")
TRADE_FEMININE = _text("Mason", "Maçonne", "Pedreira", "Albañila", "بنّاءة")

UNITS = (
    Unit(
        1,
        60,
        _text(
            "Reading drawings and setting out",
            "Lire un plan et implanter",
            "Ler um desenho e implantar",
            "Leer un plano y replantear",
            "قراءة المخططات وتوقيعها على الأرض",
        ),
        _text(
            "Sets out a small building on the ground from its drawing.",
            "Implante un petit bâtiment au sol à partir de son plan.",
            "Implanta no terreno um pequeno edifício a partir do desenho.",
            "Replantea en el terreno un edificio pequeño a partir del plano.",
            "يوقّع مبنى صغيراً على الأرض انطلاقاً من مخططه.",
        ),
        _text(
            "Lengths within 10 mm, diagonals equal.",
            "Longueurs à 10 mm près, diagonales égales.",
            "Comprimentos a menos de 10 mm, diagonais iguais.",
            "Longitudes con 10 mm de tolerancia, diagonales iguales.",
            "الأطوال في حدود 10 ملم والأقطار متساوية.",
        ),
    ),
    Unit(
        2,
        40,
        _text(
            "Mixing mortar and concrete",
            "Préparer mortiers et bétons",
            "Preparar argamassas e betões",
            "Preparar morteros y hormigones",
            "تحضير الملاط والخرسانة",
        ),
        _text(
            "Chooses and measures the mix for the work in hand.",
            "Choisit et dose le mélange selon l’ouvrage.",
            "Escolhe e doseia a mistura conforme a obra.",
            "Elige y dosifica la mezcla según la obra.",
            "يختار الخلطة ويقيس مقاديرها حسب العمل.",
        ),
        _text(
            "The slump is in the range asked.",
            "L’affaissement est dans la plage demandée.",
            "O abaixamento está no intervalo pedido.",
            "El asentamiento está en el intervalo pedido.",
            "الهبوط ضمن المجال المطلوب.",
        ),
    ),
    Unit(
        3,
        160,
        _text(
            "Laying bricks and blocks",
            "Monter briques et parpaings",
            "Assentar tijolos e blocos",
            "Colocar ladrillos y bloques",
            "رصّ الطوب والبلوك",
        ),
        _text(
            "Builds a wall with a corner and an opening.",
            "Monte un mur avec un angle et une ouverture.",
            "Ergue uma parede com um canto e um vão.",
            "Levanta un muro con una esquina y un hueco.",
            "يبني جداراً بزاوية وفتحة.",
        ),
        _text(
            "Plumb within 5 mm over 2 m, joints regular.",
            "Aplomb à 5 mm près sur 2 m, joints réguliers.",
            "Prumo a menos de 5 mm em 2 m, juntas regulares.",
            "Aplomo con 5 mm de tolerancia en 2 m, juntas regulares.",
            "الشاقولية في حدود 5 ملم على مترين والفواصل منتظمة.",
        ),
    ),
    Unit(
        4,
        120,
        _text(
            "Formwork and reinforcement",
            "Coffrer et ferrailler",
            "Cofrar e armar",
            "Encofrar y armar",
            "القوالب والتسليح",
        ),
        _text(
            "Forms, reinforces and pours a lintel or a column.",
            "Coffre, ferraille et coule un linteau ou un poteau.",
            "Cofra, arma e betona uma verga ou um pilar.",
            "Encofra, arma y hormigona un dintel o un pilar.",
            "يقولب ويسلّح ويصبّ عتبة أو عموداً.",
        ),
        _text(
            "The steel has its cover on every side.",
            "L’enrobage des aciers est respecté partout.",
            "O recobrimento do aço é respeitado em todo o lado.",
            "El recubrimiento del acero se respeta en todas partes.",
            "غطاء الحديد محترم من كل جانب.",
        ),
    ),
    Unit(
        5,
        100,
        _text(
            "Rendering walls",
            "Enduire les murs",
            "Rebocar paredes",
            "Enlucir muros",
            "تلييس الجدران",
        ),
        _text(
            "Renders a wall, with its corners and reveals.",
            "Enduit un mur avec ses angles et ses embrasures.",
            "Reboca uma parede com os seus cantos e vãos.",
            "Enluce un muro con sus esquinas y huecos.",
            "يليّس جداراً بزواياه وفتحاته.",
        ),
        _text(
            "Flat within 5 mm under a 2 m rule.",
            "Planéité à 5 mm près sous la règle de 2 m.",
            "Planeza a menos de 5 mm sob a régua de 2 m.",
            "Planeidad con 5 mm de tolerancia bajo la regla de 2 m.",
            "الاستواء في حدود 5 ملم تحت مسطرة مترين.",
        ),
    ),
    Unit(
        6,
        60,
        _text(
            "Tiling floors and walls",
            "Carreler sols et murs",
            "Ladrilhar pavimentos e paredes",
            "Alicatar suelos y paredes",
            "تبليط الأرضيات والجدران",
        ),
        _text(
            "Lays tiles with a fall towards a drain.",
            "Pose un carrelage en pente vers un siphon.",
            "Assenta ladrilhos com pendente para um ralo.",
            "Coloca baldosas con pendiente hacia un sumidero.",
            "يركّب بلاطاً بميل نحو المصرف.",
        ),
        _text(
            "Water runs off; no tile sounds hollow.",
            "L’eau s’écoule ; aucun carreau ne sonne creux.",
            "A água escoa; nenhum ladrilho soa a oco.",
            "El agua corre; ninguna baldosa suena a hueco.",
            "ينصرف الماء ولا تُسمع بلاطة جوفاء.",
        ),
    ),
    Unit(
        7,
        80,
        _text(
            "Building in natural stone",
            "Construire en pierre naturelle",
            "Construir em pedra natural",
            "Construir en piedra natural",
            "البناء بالحجر الطبيعي",
        ),
        _text(
            "Dresses and lays stone of the country.",
            "Taille et pose la pierre du pays.",
            "Talha e assenta pedra do país.",
            "Labra y coloca piedra del país.",
            "ينحت حجر البلد ويركّبه.",
        ),
        _text(
            "The bond holds without mortar.",
            "L’appareil tient sans mortier.",
            "O aparelho mantém-se sem argamassa.",
            "El aparejo se sostiene sin mortero.",
            "الرباط ثابت دون ملاط.",
        ),
    ),
    Unit(
        8,
        40,
        _text(
            "Working safely on a site",
            "Travailler en sécurité sur un chantier",
            "Trabalhar em segurança num estaleiro",
            "Trabajar con seguridad en una obra",
            "العمل بأمان في الورشة",
        ),
        _text(
            "Sees the risks of the day and protects the others too.",
            "Voit les risques du jour et protège aussi les autres.",
            "Vê os riscos do dia e protege também os outros.",
            "Ve los riesgos del día y protege también a los demás.",
            "يرى مخاطر اليوم ويحمي الآخرين أيضاً.",
        ),
        _text(
            "Scaffold checked before use, equipment worn.",
            "Échafaudage vérifié avant usage, équipements portés.",
            "Andaime verificado antes do uso, equipamento usado.",
            "Andamio revisado antes de usarlo, equipo puesto.",
            "السقالة مفحوصة قبل الاستعمال والمعدّات ملبوسة.",
        ),
    ),
)
