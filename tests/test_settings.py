"""``searchlib.toml`` is found and read. Errors name the wrong setting."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import pytest

from searchlib import (
    Article,
    Settings,
    SettingsError,
    build_index,
    index_settings,
    load_settings,
    open_index,
    update_index,
)
from searchlib.engines.base import FACETS
from searchlib.query.scanner import FIELD_BY_NAME
from searchlib.settings import (
    FILE_VARIABLE,
    RESERVED_FACETS,
    Ranking,
    recorded_settings,
    settings_file,
    settings_of_record,
)
from webui.api.endpoints import ENDPOINTS


@pytest.fixture(autouse=True)
def folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Change to an empty folder, and remove the environment variables."""
    monkeypatch.delenv(FILE_VARIABLE, raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_without_a_file_all_settings_have_their_defaults() -> None:
    assert load_settings() == Settings()
    assert Settings().zone == "Asia/Shanghai"
    assert Settings().deadline == 10.0
    assert asdict(Settings().ranking) == {
        "title": 3.0,
        "headings": 2.0,
        "body": 1.0,
        "words": 1.0,
        "bigrams": 0.5,
        "units": 1.0,
        "parts": 0.5,
        "function_words": 0.3,
        "closeness": 0.5,
        "lead": 0.3,
        "title_words": 3.0,
        "whole_title": 1.0,
        "k1": 1.2,
        "b": 0.75,
    }


def test_the_file_in_the_current_folder_is_read(folder: Path) -> None:
    (folder / "searchlib.toml").write_text('zone = "Europe/Berlin"\n[ranking]\ntitle = 3\n', encoding="utf-8")
    assert load_settings() == Settings(zone="Europe/Berlin", ranking=Ranking(title=3))


def test_the_nearest_file_counts(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    configuration = folder / "configuration"
    monkeypatch.setenv("XDG_CONFIG_HOME", str(configuration))
    (configuration / "searchlib").mkdir(parents=True)
    below = folder / "blog" / "posts"
    below.mkdir(parents=True)
    monkeypatch.chdir(below)
    assert settings_file() is None
    for place in (configuration / "searchlib", folder, folder / "blog", below):
        file = place / "searchlib.toml"
        file.write_text(f'site_title = "{place.name}"', encoding="utf-8")
        assert (found := settings_file())
        assert found.resolve() == file
        assert load_settings().site_title == place.name


def test_the_search_ends_at_the_home_folder(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "searchlib.toml").write_bytes(b"")
    (folder / "home" / "blog").mkdir(parents=True)
    monkeypatch.setenv("HOME", str(folder / "home"))
    monkeypatch.chdir(folder / "home" / "blog")
    assert settings_file() is None
    (folder / "home" / "searchlib.toml").write_bytes(b"")
    assert settings_file() == folder / "home" / "searchlib.toml"


def test_a_misspelled_setting_is_answered_with_the_right_one(folder: Path) -> None:
    (folder / "searchlib.toml").write_text('site_titel = "甲"', encoding="utf-8")
    with pytest.raises(SettingsError, match=r"there is no setting site_titel; did you mean site_title\?"):
        load_settings()


def test_an_empty_file_changes_no_default(folder: Path) -> None:
    (folder / "searchlib.toml").write_bytes(b"")
    assert load_settings() == Settings()


def test_the_environment_variable_names_another_file(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "searchlib.toml").write_text('site_title = "这里"', encoding="utf-8")
    (folder / "other.toml").write_text('site_title = "那里"', encoding="utf-8")
    assert load_settings().site_title == "这里"
    monkeypatch.setenv(FILE_VARIABLE, str(folder / "other.toml"))
    assert load_settings().site_title == "那里"
    assert load_settings(folder / "searchlib.toml").site_title == "这里"


def test_categories_is_one_of_three_values(folder: Path) -> None:
    (folder / "searchlib.toml").write_text('categories = "path"', encoding="utf-8")
    assert load_settings().categories == "path"
    (folder / "searchlib.toml").write_text('categories = "tree"', encoding="utf-8")
    with pytest.raises(SettingsError, match="categories must be one of 'auto', 'path', 'flat', not 'tree'"):
        load_settings()


def test_every_setting_can_be_set(folder: Path) -> None:
    expected = Ranking(**{name: number / 20 for number, name in enumerate(Ranking.__slots__, 1)})
    numbers = "\n".join(f"{name} = {getattr(expected, name)}" for name in Ranking.__slots__)
    (folder / "searchlib.toml").write_text(
        f'zone = "UTC"\nsite_title = "我的文章"\ndeadline = 2.5\ncors_origins = ["https://example.com", "*"]\n'
        f'allowed_hosts = ["example.com", "[::1]"]\n'
        f"[ranking]\n{numbers}\n",
        encoding="utf-8",
    )
    assert load_settings() == Settings(
        zone="UTC",
        site_title="我的文章",
        deadline=2.5,
        cors_origins=("https://example.com", "*"),
        allowed_hosts=("example.com", "[::1]"),
        ranking=expected,
    )


def test_the_path_of_the_query_log_is_relative_to_the_settings_file(folder: Path, tmp_path: Path) -> None:
    (folder / "mine.toml").write_text('query_log = "log/queries.jsonl"\nreport_page = true\n', encoding="utf-8")
    settings = load_settings(folder / "mine.toml")
    assert settings.query_log == str(folder / "log" / "queries.jsonl")
    assert settings.report_page


WRONG = [
    # the file, words of the message
    (
        'zome = "UTC"',
        [
            "zome",
            "zone, site_title, language, url_template, deadline, fold_repeats, categories, dictionary",
            "synonyms, regional_words, stop_words, build_memory, allowed_hosts, cors_origins",
            "proxies, query_log, report_page, sitemap, ranking",
        ],
    ),
    ('facet_labels = "series"', ["facet_labels", "a table of texts"]),
    (
        'facets = ["series"]\n[facet_labels]\nserie = "系列"',
        ["facet_labels", "'serie' is not a facet", "series, source"],
    ),
    ("url_template = 1", ["url_template", "text in quotes, or a table of texts"]),
    ("url_template = {blog = 1}", ["url_template", "a table of texts"]),
    (
        'url_template = {blog = "https://example.org/{stm}/"}',
        ["url_template", "there is no {stm}; did you mean {stem}?"],
    ),
    ("[ranking]\ntitel = 1", ["ranking.titel", ", ".join(Ranking.__slots__)]),
    ("zone = 8", ["zone", "text in quotes", "8"]),
    ('zone = "Mars/Olympus"', ["zone", "'Mars/Olympus'", "Asia/Shanghai"]),
    ('zone = ""', ["zone", "''"]),
    ('zone = "../../etc/passwd"', ["zone"]),
    ('zone = "/etc/localtime"', ["zone"]),
    ('zone = "Asia"', ["zone", "'Asia'"]),
    ('zone = "a\\u0000b"', ["zone"]),
    ("site_title = true", ["site_title", "True"]),
    ('language = "fr"', ["language", "'zh', 'en', 'auto'", "'fr'"]),
    ("fold_repeats = 1", ["fold_repeats", "true or false", "1"]),
    ("build_memory = 9", ["build_memory", "from 10 to 1000000", "9"]),
    ("proxies = -1", ["proxies", "whole number", "-1"]),
    ("proxies = true", ["proxies", "True"]),
    ("proxies = 1.0", ["proxies", "1.0"]),
    ("proxies = 100", ["proxies", "from 0 to 10", "100"]),
    ("query_log = true", ["query_log", "text in quotes"]),
    ("report_page = true", ["report_page", "query_log"]),
    ("deadline = -1", ["deadline", "number", "-1"]),
    ('deadline = "10"', ["deadline", "number", "'10'"]),
    ('[ranking]\ntitle = "2"', ["ranking.title", "number", "'2'"]),
    ("[ranking]\ntitle = true", ["ranking.title", "True"]),
    ("[ranking]\ntitle = -1", ["ranking.title", "-1"]),
    ("[ranking]\ntitle = nan", ["ranking.title", "nan"]),
    ("[ranking]\ntitle = inf", ["ranking.title", "inf"]),
    ("[ranking]\ntitle = [1]", ["ranking.title", "[1]"]),
    ("[ranking]\nb = 1.5", ["ranking.b", "1.5"]),
    ("ranking = 2", ["ranking", "[ranking]"]),
    ("[[ranking]]\ntitle = 1", ["ranking", "[ranking]"]),
    ("zone = UTC", ["not valid TOML", '; write a text in quotes: zone = "UTC"']),
    ("\nsite_title = 阿楠 的站 # 标题", ["line 2", '; write a text in quotes: site_title = "阿楠 的站"']),
    ("site_title = 5号", ['site_title = "5号"']),
    ("future = skip", ['future = "skip"']),
    ('dictionary = "gone.txt"', ["dictionary: there is no file", "gone.txt"]),
    ('zone = "UTC"\nzone = "UTC"', ["not valid TOML"]),
    ("= ", ["not valid TOML", "line 1"]),
    ('cors_origins = "https://example.com"', ["cors_origins", '["https://example.com"]']),
    ('allowed_hosts = "example.com"', ["allowed_hosts", '["example.com"]']),
    ("allowed_hosts = [1]", ["allowed_hosts", "[1]"]),
    ('allowed_hosts = ["example.com:80"]', ["allowed_hosts", "'example.com:80'", "without a port"]),
    ('allowed_hosts = ["https://example.com"]', ["allowed_hosts", "'https://example.com'"]),
    ('allowed_hosts = ["*.example.com"]', ["allowed_hosts", "*.example.com"]),
    ("cors_origins = [1]", ["cors_origins", "[1]"]),
    ('cors_origins = ["https://example.com/"]', ["cors_origins", "'https://example.com/'", "without a path"]),
    ('cors_origins = ["example.com"]', ["cors_origins", "'example.com'"]),
    ('cors_origins = ["https://*.example.com"]', ["cors_origins", "*.example.com"]),
]


@pytest.mark.parametrize(("text", "words"), WRONG)
def test_an_error_names_the_file_and_the_setting(folder: Path, text: str, words: list[str]) -> None:
    file = folder / "mine.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError) as caught:
        load_settings(file)
    for word in (str(file), *words):
        assert word in str(caught.value)


def test_a_file_that_is_not_utf_8_is_refused(folder: Path) -> None:
    (folder / "searchlib.toml").write_bytes(b"zone = '\xff'")
    with pytest.raises(SettingsError, match=r"searchlib\.toml: this is not UTF-8: save the file as UTF-8"):
        load_settings()
    (folder / "searchlib.toml").write_bytes('site_title = "阿楠"'.encode("utf-16"))
    with pytest.raises(SettingsError, match="save the file as UTF-8"):
        load_settings()


def test_only_a_text_is_told_to_stand_in_quotes(folder: Path) -> None:
    (folder / "searchlib.toml").write_text("deadline = 1,5", encoding="utf-8")
    with pytest.raises(SettingsError, match="not valid TOML") as caught:
        load_settings()
    assert "quotes" not in str(caught.value)


def test_a_file_that_is_named_must_exist(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SettingsError, match=r"missing\.toml: the settings cannot be read"):
        load_settings("missing.toml")
    monkeypatch.setenv(FILE_VARIABLE, str(folder / "gone.toml"))
    with pytest.raises(SettingsError, match=r"gone\.toml: the settings cannot be read"):
        load_settings()
    with pytest.raises(SettingsError, match="the settings cannot be read"):
        load_settings(folder)


def test_a_file_written_by_a_windows_editor_is_read(folder: Path) -> None:
    (folder / "searchlib.toml").write_bytes('\ufeffzone = "UTC"\r\n'.encode())
    assert load_settings().zone == "UTC"


def test_the_paths_of_word_lists_are_relative_to_the_settings_file(folder: Path) -> None:
    (folder / "conf").mkdir()
    file = folder / "conf" / "mine.toml"
    absolute = folder / "stop.txt"
    (folder / "conf" / "more").mkdir()
    for each in (folder / "conf" / "words.txt", folder / "conf" / "more" / "s.txt", absolute):
        each.write_bytes(b"")
    file.write_text(
        f"dictionary = 'words.txt'\nsynonyms = 'more/s.txt'\nstop_words = '{absolute.as_posix()}'", encoding="utf-8"
    )
    settings = load_settings(file)
    assert Path(settings.dictionary) == folder / "conf" / "words.txt"
    assert Path(settings.synonyms) == folder / "conf" / "more" / "s.txt"
    assert Path(settings.stop_words) == absolute


@pytest.mark.parametrize(
    ("facets", "message"),
    [
        (("date",), "'date' is the name of a field"),
        (("Tags",), "'Tags' is the name of a field"),
        (("标签",), "'标签' is the name of a field"),
        (("q",), "'q' is the name of a field"),
        (("a b",), "'a b' may contain letters"),
        (("-a",), "'-a' may contain letters"),
        (("my-series", "mySeries"), "'mySeries' occurs twice"),
    ],
)
def test_facets_that_clash_are_refused(folder: Path, facets: tuple[str, ...], message: str) -> None:
    with pytest.raises(SettingsError, match=message):
        Settings(facets=facets)
    (folder / "searchlib.toml").write_text(f"facets = {list(facets)}\n", encoding="utf-8")
    with pytest.raises(SettingsError, match=f"searchlib.toml: facets: {message}"):
        load_settings()


def test_every_name_with_a_meaning_is_reserved() -> None:
    parameters = {each.name for endpoint in ENDPOINTS for each in endpoint.parameters}
    fields = set(Article.__dataclass_fields__) - {"path", "extra", "html", "headings", "category_paths", "date_source"}
    names = {*FIELD_BY_NAME, *fields, *FACETS, *parameters} - {"days"}
    assert {name.replace("_", "") for name in names} <= {name.replace("_", "") for name in RESERVED_FACETS}


@pytest.mark.parametrize("setting", ["facets", "stored"])
def test_secrets_are_no_facets(setting: str, tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("---\ntitle: 甲\napi_key: geheim\n---\n乙\n", encoding="utf-8")
    settings = Settings(**{setting: ("api_key",)})
    with pytest.raises(SettingsError, match=f"{setting}: 'api_key' is the name of a secret"):
        build_index(tmp_path, tmp_path / "index", settings=settings)
    build_index(tmp_path, tmp_path / "index")
    with pytest.raises(SettingsError, match="'api_key' is the name of a secret"):
        open_index(tmp_path / "index", settings=settings)


ARTICLE_WITH_SERIES = Article(id="blog/1", title="西游", body="正文。", extra={"series": "西游"})


def test_the_record_of_settings_holds_what_differs_and_comes_back() -> None:
    settings = Settings(
        facets=("series",),
        facet_labels={"series": "系列"},
        url_template={"blog": "https://example.org/{stem}/"},
        site_title="文集",
        ranking=Ranking(title=4.0),
    )
    record = recorded_settings(settings)
    assert record == {
        "facets": ["series"],
        "facet_labels": {"series": "系列"},
        "url_template": {"blog": "https://example.org/{stem}/"},
        "site_title": "文集",
        "ranking": {"title": 4.0},
    }
    assert settings_of_record("index", json.loads(json.dumps(record))) == settings
    assert recorded_settings(Settings()) == {}


def test_settings_with_tables_can_be_keys_of_a_cache() -> None:
    def tables() -> Settings:
        return Settings(
            facet_labels={"source": "来源"}, url_template={"blog": "https://example.org/{stem}/"}, site_title="文集"
        )

    cache = {Settings(): 1, tables(): 2}
    assert (cache[Settings()], cache[tables()]) == (1, 2)


def test_neither_files_nor_settings_of_a_server_are_recorded_or_taken_from_a_record() -> None:
    settings = Settings(
        synonyms="/etc/passwd",
        query_log="/tmp/x",
        cors_origins=("*",),
        allowed_hosts=("*",),
        proxies=1,
        build_memory=20,
    )
    assert recorded_settings(settings) == {}
    hostile = {
        "synonyms": "/etc/passwd",
        "query_log": "/tmp/x",
        "cors_origins": ["*"],
        "proxies": 1,
        "build_memory": 20,
    }
    assert settings_of_record("index", hostile) == Settings()
    with pytest.raises(SettingsError, match="no setting nonsense"):
        settings_of_record("index", {"nonsense": 1})


def test_an_index_is_opened_with_the_settings_that_it_was_built_with(folder: Path) -> None:
    settings = Settings(facets=("series",), url_template="https://example.org/{id}", stored=("series",))
    build_index([ARTICLE_WITH_SERIES], "index", settings=settings)
    assert index_settings("index") == settings
    with open_index("index") as index:
        (hit,) = index.search(filters={"series": "西游"})
        assert (hit.url, hit.extra) == ("https://example.org/blog/1", {"series": "西游"})
    # A file of settings counts instead, even an empty one.
    (folder / "searchlib.toml").write_text("", encoding="utf-8")
    assert index_settings("index") == Settings()
    with open_index("index") as index:
        assert [hit.url for hit in index.search()] == [""]
    assert index_settings("none") == Settings()


def test_an_update_without_a_file_of_settings_keeps_those_of_the_index(folder: Path) -> None:
    (folder / "blog").mkdir()
    (folder / "blog" / "a.md").write_text("---\ntitle: 一\nseries: 西游\n---\n正文。\n", encoding="utf-8")
    settings = Settings(facets=("series",))
    build_index("blog", "index", settings=settings)
    (folder / "blog" / "b.md").write_text("---\ntitle: 二\nseries: 西游\n---\n正文。\n", encoding="utf-8")
    report = update_index("blog", "index")
    assert (report.added, report.unchanged) == (1, 1)
    with open_index("index") as index:
        assert len(index.search(filters={"series": "西游"})) == 2
    # Without a change of the articles, the settings of a file get into the index all the same.
    (folder / "searchlib.toml").write_text('facets = ["series"]\nsite_title = "文集"\n', encoding="utf-8")
    assert update_index("blog", "index").unchanged == 2
    (folder / "searchlib.toml").unlink()
    assert index_settings("index").site_title == "文集"
