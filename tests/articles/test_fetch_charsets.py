"""Pages whose charset is said wrongly, twice, or not at all, from the wire to the article."""

from __future__ import annotations

import pytest
from articles.hostile_site import HostileSite

from bot.articles.charset import decode
from bot.articles.read import read

TEXTS = {
    "en": "The mayor’s office said “no” – the café’s façade cost €5,000 to repair after the storm. ",
    "de": "Die Bürgermeisterin sagte, die Straße über den Fluss bleibe für ein Jahr geschlossen. ",
    "tr": "Belediye başkanı köprünün İstanbul yolunda bir yıl kapalı kalacağını söyledi, diğer yollar açık. ",
    "ja": "市長は火曜日、古い橋を一年間閉鎖すると述べた。これは安全のためであり、住民は別の道を使うことになる。",
    "zh": "市长星期二表示，旧桥将关闭一年。这是为了安全，居民必须使用另一条道路。委员会支持这一决定。",
    "ko": "시장은 화요일 오래된 다리를 일년간 폐쇄한다고 말했다. 이는 주민의 안전을 위한 것이다. ",
    "ru": "Мэр заявил во вторник, что старый мост закроют на год. Это сделано ради безопасности жителей. ",
    "pl": "Burmistrz powiedział we wtorek, że stary most będzie zamknięty na rok. Taką decyzję podjęła rada. ",
    "el": "Ο δήμαρχος είπε την Τρίτη ότι η παλιά γέφυρα θα κλείσει για ένα χρόνο. ",
}
CHARSETS = [
    ("en", "windows-1252"),
    ("de", "iso-8859-1"),
    ("tr", "windows-1254"),
    ("tr", "iso-8859-9"),
    ("ja", "shift_jis"),
    ("ja", "euc-jp"),
    ("ja", "iso-2022-jp"),
    ("zh", "gb18030"),
    ("zh", "gb2312"),
    ("ko", "euc-kr"),
    ("ru", "windows-1251"),
    ("ru", "koi8-r"),
    ("pl", "windows-1250"),
    ("pl", "iso-8859-2"),
    ("el", "iso-8859-7"),
    ("ru", "utf-8"),
    ("ja", "utf-16"),
    ("en", "utf-16-le"),
    ("en", "utf-16-be"),
]
HTML = "<html{lang}><head>{meta}<title>x</title></head><body><article><p>{text}</p></article></body></html>"


def page(language: str, *, meta: str = "", lang: bool = False) -> str:
    label = f'<meta charset="{meta}">' if meta else ""
    return HTML.format(lang=f' lang="{language}"' if lang else "", meta=label, text=TEXTS[language] * 8)


@pytest.mark.parametrize(("language", "charset"), CHARSETS)
@pytest.mark.parametrize("where", ["header", "meta", "default header", "wrong header", "wrong meta", "lang", "nowhere"])
async def test_a_page_is_read_wherever_its_charset_is_said(
    site: HostileSite, language: str, charset: str, where: str
) -> None:
    said = {"meta": charset, "default header": charset, "wrong header": charset, "wrong meta": "utf-8"}.get(where, "")
    kind = {"header": charset, "wrong meta": charset, "default header": "ISO-8859-1", "wrong header": "utf-8"}.get(
        where
    )
    body = page(language, meta=said, lang=where == "lang").encode(charset)
    url = site.serve("/a", body, Content_Type=f"text/html; charset={kind}" if kind else "text/html")
    article = await read(url, site.fetcher())
    assert TEXTS[language].strip() in article.text


@pytest.mark.parametrize(
    ("charset", "name"),
    [
        ("windows-1254", "Erdoğan"),
        ("windows-1250", "Wałęsa"),
        ("windows-1252", "Müller"),
        ("windows-1252", "Sigurðsson á"),
    ],
)
def test_a_few_names_in_an_english_page_that_says_nothing(charset: str, name: str) -> None:
    text = f"<p>The president spoke on Tuesday. Mr {name} said that the old bridge would close.</p>" * 5
    assert decode(text.encode(charset), None) == text


@pytest.mark.parametrize("label", ["utf-7", "zlib", "no-such", "\x00", "utf-16", "idna", "hex", "rot13", "punycode"])
def test_a_label_that_is_none_does_no_harm(label: str) -> None:
    text = "<p>The café’s mayor said so.</p>"
    assert decode(text.encode(), label) == text
    assert "caf" in decode(text.encode("cp1252"), label)


async def test_a_plain_text_file_in_utf_16(site: HostileSite) -> None:
    url = site.serve("/a", ("\ufeff" + TEXTS["en"]).encode("utf-16-le"), Content_Type="text/plain")
    assert TEXTS["en"].strip() in (await read(url, site.fetcher())).text
