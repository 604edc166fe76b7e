"""Words that ask and connect and so say nothing of the subject, and words that tell languages apart."""

from __future__ import annotations

from rag.vietnamese import fold


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


ENGLISH = _words(
    """
    a about after all along already also always an and another any anyone anything are aren as aside at away be been
    before being both but by can could couldn d did didn do does doesn don down during each either else even ever
    everyone everything few for from had hadn has hasn have he her hers herself him himself his how i if in into is
    isn it its itself just least less ll many may me might more most much must my neither never no nor not of often
    on only onto or other our out own per rather re s said say several shall she should shouldn so some someone
    something still such t tell than that the their them themselves then there these they this those throughout to
    too up upon us ve very was wasn we were weren what when where which who whom whose why will with would wouldn
    yes yet you your
    """
)
FRENCH = _words(
    """
    a afin ainsi alors as au aussi autre autres aux avaient avait avec avoir c car ce ces cet cette chaque chez
    combien comment d dans de des doit doivent donc dont du déjà elle elles en encore entre es est est-ce et eu eut
    eux furent fut ici il ils j jamais je l la laquelle le lequel les leur leurs lors lorsque lui m ma mais mes
    moins mon même mêmes n ne notre nous on ont ont-ils ou où par pas peut peuvent plus pour pourquoi qu quand que
    quel quelle quelles quelque quelques quels qui quoi s sa se selon ses si son sont sous sur t-il ta tes ton
    toujours tous tout toute toutes très un une va vers vont votre vous y y-a à étaient était été être
    """
)
RUSSIAN = _words(
    """
    а без будет бы был была были было быть в ваш во время все всех всё вы где для до его ее ей ему есть еще же за
    зачем здесь и из или им именно их к как какая какие каким какими каких какого какое какой каком какую кем ко
    когда кого ком кому которая которого которое которой котором которую которые который которым которых кто куда ли
    мы на над наш не ни но о об обо около он она они оно от откуда перед по под после почему при с сам своего своей
    своих свой свою себе себя сколько со та так такая также такой там те то того той только том тот тут ты у уже
    чего чей чем чему через что чье чьи чья эта эти это этого этой этом этот я является являлась являлся являются
    """
)
CHINESE = _words(
    """
    上 下 不 与 个 中 为 之 也 了 于 些 从 他 以 们 件 份 会 但 位 何 作 你 使 做 其 内
    再 几 出 到 匹 去 又 及 只 叫 可 台 各 同 名 后 向 吗 吧 呢 和 哪 啊 嘛 因 在 地 场
    外 头 她 它 家 对 将 就 届 已 并 应 座 当 很 得 您 我 或 所 把 指 按 据 支 时 是 更
    曾 最 有 本 条 来 架 某 根 次 此 每 比 没 用 由 的 着 种 称 第 等 篇 者 而 能 自 至
    艘 被 要 让 该 请 谁 起 跟 较 辆 过 还 这 那 部 都 里 间 除 项 首 为何 什么 他们 以及
    但是 何地 何处 何时 作为 关于 其中 几个 只有 可以 同时 哪一 哪个 哪些 哪位 哪儿 哪种 哪里 因为
    多大 多少 多长 多高 她们 如何 如果 它们 对于 已经 并且 当时 必须 怎么 怎样 我们 所以 按照 曾经
    正在 比较 没有 然而 甚么 由于 给予 而且 虽然 请问 谁的 这个 这些 进行 那个 那些 除了 非常
    为什么 为甚么 什么样 哪一个 怎么样 什么地方 什么时候 什么时间
    """
)
# Spanish, Portuguese, Italian, German, Dutch and Indonesian, to tell them apart from the languages above.
OTHERS = _words(
    """
    adalah apa as auf bagaimana che chi come con cuando cuál cuándo cuándos cuánto cuántos cómo da dan das dei del
    della delle dem den der di die do donde dos dove dónde een ein eine el está están foi fue fueron gli het hoe il
    im ist kapan las lo los mana nicht o onde os para perché por quale quando quanti quantos quem quien quién
    quiénes qué siapa sind sono são um uma una und waar wann wanneer war waren warum wat welche welcher welches wer
    wie wo wurde wurden yang zijn è
    """
)
VIETNAMESE = _words(
    """
    ai bao biết bà bằng bị bởi chiếc cho chưa chỉ con các cách cái còn có cùng cũng cần của do dưới giờ giữa gì hay
    hoặc hôm hỏi hồi khi không kia là làm lên lúc lý lại mà mấy một ngoài ngày người nhiêu như những nào này nên nói
    năm nữa phải qua ra rất rằng sao sau sẽ theo tháng thì thế trong trên trước tại tới từ việc và vào vì vẫn vậy về
    với xuống ông đang đâu đây đã đó được đến để ấy ở
    """
)
FOLDED_VIETNAMESE = frozenset(map(fold, VIETNAMESE))
# Also Vietnamese syllables typed without diacritics, or names, or words of several languages.
_AMBIGUOUS = _words(
    """
    a an apa as at au be but by c can car ce che chi come con d da dan das de dem den des di die do don dos du en et
    eu he het him i if im in it j l la le lo long lui m ma mana may me mes mon my n ne no not nous o on or os que
    qui re s sa say se ses si so son t ta te tes than that the them then there to ton too tu un une up us war y à
    """
)
AMBIGUOUS = _AMBIGUOUS | FOLDED_VIETNAMESE
# English words that are also names of people, companies and the like: with a capital, they may be either.
ALSO_NAMES = _words(
    """
    amazon apple bacon baker banks barber bell best bill bishop black bond booth bow bridges brown burns bush butler
    cannon carter castle chain chase church coffee cook cooper cross day dean deer drew duke dunn fields fisher ford
    forest forge foster fox frank gap gates glass gold golden grace grant gray green grey hall hill hood hope house
    hunt hunter jobs joy justice king knight lake lane law little lord love major march marine mark marshall mason
    mercury miles mill miller moon moss nobel noble north oracle orange page palmer park parks pink pitt pope porter
    post potter power price prince queen reed rice rich rivers rock rose sage saint shell short silver sky small
    smith snow son spring star stone strange summers sun sung target temple times turner visa walker wall ward
    waters webb wells west white will winter wise wolf wood woods word young
    """
)
# Names that in small letters are other words, or Vietnamese syllables.
NEEDS_CAPITALS = _words(
    """
    ad allied allies august axis cham eu han hue jordan lao march may n nice pole polish s turkey u un us wales
    """
)
