"""The years as pictures and to read: well-formed, escaped, each series apart, a gap never a zero, twins alike."""

import csv
import re
from collections import defaultdict
from itertools import pairwise

import pytest
from lxml import etree, html

from geo.cards.years import as_of_card, counts_table, years_table
from geo.charts.count_panels import list_panels
from geo.charts.incident_counts import counts_svg
from geo.charts.timeline import PATROLS, timeline_svg
from geo.charts.year_axis import YearAxis
from geo.errors import ScenarioError
from geo.scheme import patrol_scheme as schemes
from geo.scheme.as_of import FIRST_YEAR, as_of, last_year, years
from geo.text import LANGUAGES, catalogue
from tests.conftest import ROOT
from tests.toy import HOSTILE, add_file

SVG = "{http://www.w3.org/2000/svg}"
PICTURES = {"timeline": timeline_svg, "counts": counts_svg}
WIDTHS = (1100, 360)
HEADER = "year,series,area,count,mark,source_ids,note_en,note_id\n"

each_picture = pytest.mark.parametrize("draw", PICTURES.values(), ids=PICTURES)
each_width = pytest.mark.parametrize("width", WIDTHS)
each_language = pytest.mark.parametrize("lang", LANGUAGES)


@pytest.fixture(params=LANGUAGES)
def t(request):
    """Return each catalogue in turn."""
    return catalogue(request.param)


def parsed(text):
    """Parse a picture as strict XML."""
    return etree.fromstring(text.encode())


def classes(element):
    return set((element.get("class") or "").split())


def having(root, css_class):
    return [element for element in root.iter() if isinstance(element.tag, str) and css_class in classes(element)]


def words(root):
    return " ".join(" ".join(element.itertext()) for element in root.iter(f"{SVG}text"))


def counted():
    """Return the shipped counts as the file has them: (series, area) to year to count."""
    found = defaultdict(dict)
    with (ROOT / "data" / "incident_counts.csv").open(encoding="utf-8", newline="") as source:
        for row in csv.DictReader(source):
            found[row["series"], row["area"]][int(row["year"])] = int(row["count"])
    return found


# --- both pictures --------------------------------------------------------------------------------------------------------


@each_picture
@each_width
@pytest.mark.parametrize("dark", [False, True])
def test_a_picture_is_an_image_with_a_title_and_words(shipped, t, draw, width, dark):
    root = parsed(draw(shipped, t, year=2006, dark=dark, width=width))

    assert (root.tag, root.get("role")) == (f"{SVG}svg", "img")
    assert [child.tag for child in root][:2] == [f"{SVG}title", f"{SVG}desc"]
    assert root.get("aria-label") == root[0].text
    assert root[1].text.strip()
    assert root.get("viewBox").split()[2] == str(width)


@each_picture
def test_the_same_question_draws_the_same_bytes(shipped, t, draw):
    assert draw(shipped, t, year=2010) == draw(shipped, t, year=2010)


@each_picture
@each_width
def test_text_stays_inside_the_picture(shipped, t, draw, width):
    """Text width is estimated from the number of letters, at half an em each, which is more than enough."""
    root = parsed(draw(shipped, t, width=width))
    for text in root.iter(f"{SVG}text"):
        nested = [re.match(r"translate\(([\d.]+)", up.get("transform") or "") for up in text.iterancestors()]
        x = float(text.get("x")) + sum(float(found[1]) for found in nested if found)
        size = 11 if classes(text) & {"soft", "tick", "number"} else 12
        long = len("".join(text.itertext())) * size * 0.52
        left = {"middle": x - long / 2, "end": x - long}.get(text.get("text-anchor"), x)
        assert left >= -8
        assert left + long <= width + 8


@each_picture
def test_every_year_is_a_column_and_the_chosen_one_is_set_off(shipped, t, draw):
    root = parsed(draw(shipped, t, year=2006))
    columns = having(root, "year")

    assert {int(column.get("data-year")) for column in columns} == set(years(shipped))
    assert {column.get("data-year") for column in columns if "chosen" in classes(column)} == {"2006"}
    assert having(parsed(draw(shipped, t)), "chosen") == []


@each_picture
@pytest.mark.parametrize(
    ("asked", "message"), [({"year": 1999}, "no year 1999"), ({"width": 20}, "width"), ({"width": float("nan")}, "width")]
)
def test_what_cannot_be_drawn_is_refused(shipped, draw, asked, message):
    with pytest.raises(ScenarioError, match=message):
        draw(shipped, catalogue("en"), **asked)


def test_an_axis_without_a_year_is_refused():
    with pytest.raises(ScenarioError, match="no year to draw"):
        YearAxis(range(2000, 2000), 0, 100)


@pytest.mark.parametrize("toy_folder", [HOSTILE], indirect=True)
@each_width
def test_hostile_names_stay_text(toy_folder, t, width):
    quoted = HOSTILE.replace('"', '""')
    rows = f'2018,"S {quoted}",both-straits,3,verified,toy-gazette,"N {quoted}","N {quoted}"\n'
    add_file(toy_folder, "incident_counts.csv", (HEADER + rows).encode())
    toy = schemes.load(toy_folder)

    for text in (timeline_svg(toy, t, width=width), counts_svg(toy, t, width=width)):
        root = parsed(text)
        assert {etree.QName(element).localname for element in root.iter()} <= {
            *("svg", "title", "desc", "style", "g", "path", "line", "rect", "circle", "text")
        }
        assert HOSTILE in "".join(root.itertext())
    for text in (as_of_card(toy, 2018, t), years_table(toy, t), counts_table(toy, t)):
        root = html.fromstring(f"<div>{text}</div>")
        assert [element.tag for element in root.iter("img", "script")] == []
        assert "onerror=alert(1)" in root.text_content()


# --- timeline -------------------------------------------------------------------------------------------------------------


def test_every_date_of_the_patrols_is_a_shape_that_can_be_found(shipped, t):
    root = parsed(timeline_svg(shipped, t))
    drawn = sorted(
        (e.get("data-agreement"), e.get("data-year"), e.get("data-kind"), e.get("data-mark")) for e in having(root, "event")
    )
    expected = sorted(
        (a.id, date.value[:4], date.kind.value, date.mark.value)
        for a in shipped.agreements
        if a.theme in PATROLS
        for date in a.dates
    )

    assert drawn == expected


def test_a_narrow_picture_leaves_out_shapes_and_no_words(shipped, t):
    """One shape per year and lane; its title lists the year's other events."""
    root = parsed(timeline_svg(shipped, t, width=360))
    events = having(root, "event")
    at = [(event.get("data-agreement"), event.get("data-year")) for event in events]
    said = "\n".join(event.findtext(f"{SVG}title") for event in events)

    assert len(at) == len(set(at))
    assert all(t.date(date.value) in said for a in shipped.agreements if a.theme in PATROLS for date in a.dates)


@each_width
def test_shapes_of_a_lane_do_not_lie_on_each_other(shipped, width):
    root = parsed(timeline_svg(shipped, catalogue("en"), width=width))
    for lane in having(root, "lane-of"):
        places = [float(event.get("transform").split("(")[1].split()[0]) for event in having(lane, "event")]
        assert all(after - before >= 7.9 for before, after in pairwise(places))


def test_mark_and_kind_show_without_colour(shipped):
    """The outline shows the mark, the path the kind."""
    root = parsed(timeline_svg(shipped, catalogue("en")))
    style = root.findtext(f"{SVG}style")
    paths = {event.get("data-kind"): event[-1].get("d") for event in having(root, "event")}

    assert {event.get("data-mark") for event in having(root, "event")} == {"verified", "one-source", "unconfirmed"}
    assert all(event.get("data-mark") in classes(event) for event in having(root, "event"))
    assert re.search(r"\.one-source \.shape\{stroke-dasharray:3", style)
    assert re.search(r"\.unconfirmed \.shape\{stroke-dasharray:\.1", style)
    assert len({paths[kind] for kind in ("signed", "launched", "last-seen", "ended")}) == 4


def test_bars_and_dotted_lines_tell_where_an_agreement_stood(shipped):
    root = parsed(timeline_svg(shipped, catalogue("en")))
    (lane,) = (lane for lane in having(root, "lane-of") if lane.get("data-agreement") == "iscp-1992")

    assert [bar.findtext(f"{SVG}title")[:12] for bar in having(lane, "standing")] == ["2000 to 2012", "2023 to 2024"]
    assert [line.findtext(f"{SVG}title")[:12] for line in having(lane, "unknown")] == ["2013 to 2022", "2025 to 2026"]


# --- counts ---------------------------------------------------------------------------------------------------------------


def test_each_panel_holds_its_own_series_and_area_only(shipped, t):
    root = parsed(counts_svg(shipped, t))
    drawn = {}
    for panel in having(root, "panel"):
        series = (panel.get("data-series"), panel.get("data-area"))
        marks = [*having(panel, "count"), *having(panel, "gap")]
        assert {(mark.get("data-series"), mark.get("data-area")) for mark in marks} == {series}
        drawn[series] = {int(bar.get("data-year")): int(bar.get("data-count")) for bar in having(panel, "count")}

    assert drawn == {key: {y: n for y, n in found.items() if y >= FIRST_YEAR} for key, found in counted().items()}


def test_a_year_without_a_number_is_a_gap_and_never_a_bar(shipped):
    root = parsed(counts_svg(shipped, catalogue("en")))
    for panel in having(root, "panel"):
        bars = {int(bar.get("data-year")) for bar in having(panel, "count")}
        gaps = {int(gap.get("data-year")): gap for gap in having(panel, "gap")}
        assert bars | set(gaps) == set(years(shipped))
        assert bars & set(gaps) == set()
        assert all("no number in our sources" in gap.findtext(f"{SVG}title") for gap in gaps.values())


def test_a_zero_is_a_number(shipped):
    root = parsed(counts_svg(shipped, catalogue("en")))
    (zero,) = (bar for bar in having(root, "count") if bar.get("data-count") == "0")

    assert (zero.get("data-series"), zero.get("data-area"), zero.get("data-year")) == ("ReCAAP", "malacca-strait", "2022")
    assert zero.findtext(f"{SVG}text") == "0"


@each_width
def test_bars_stand_on_zero_and_are_as_high_as_they_count(shipped, width):
    root = parsed(counts_svg(shipped, catalogue("en"), width=width))
    for panel in having(root, "panel"):
        (zero,) = (float(line.get("y1")) for line in having(panel, "axis"))
        boxes = [(int(bar.get("data-count")), bar.find(f"{SVG}rect")) for bar in having(panel, "count")]
        most, tallest = max(boxes, key=lambda pair: pair[0])
        scale = float(tallest.get("height")) / most
        assert all(float(box.get("height")) == pytest.approx(count * scale, abs=0.11) for count, box in boxes)
        assert all(float(box.get("y")) + float(box.get("height")) == pytest.approx(zero, abs=0.11) for _, box in boxes)


@each_width
def test_caution_and_sources_stand_beside_the_numbers(shipped, t, width):
    said = words(parsed(counts_svg(shipped, t, width=width)))

    assert " ".join(t("counts.caution").split()) in said
    for panel in list_panels(shipped):
        publishers = {shipped.sources.citation(source).publisher for source in panel.source_ids}
        assert panel.caution.in_language(t.lang) in said
        assert all(publisher in said for publisher in publishers)


def test_a_number_before_the_first_year_is_said(shipped):
    said = words(parsed(counts_svg(shipped, catalogue("en"))))

    assert counted()["IMB", "malacca-strait"][1999] == 2
    assert "Before 2000: 2 in 1999" in said


def test_a_folder_without_counts_says_so(toy_folder, t):
    toy = schemes.load(toy_folder)

    assert t("counts.none") in words(parsed(counts_svg(toy, t)))
    assert t("counts.none") in counts_table(toy, t)


# --- to read --------------------------------------------------------------------------------------------------------------


def rows(table):
    return [(row.get("data-year"), [cell.text_content() for cell in row]) for row in table.iter("tr") if row.get("data-year")]


def test_the_table_of_years_has_every_year_and_every_event(shipped, t):
    (table,) = html.fromstring(f"<div>{years_table(shipped, t)}</div>").iter("table")
    found = rows(table)
    told = [as_of(shipped, year) for year in years(shipped)]

    assert {int(year) for year, _ in found} == set(years(shipped))
    assert len(found) == sum(max(1, len(then.events) + len(then.changes)) for then in told)
    quiet = {str(then.year) for then in told if not then.events and not then.changes}
    assert {year for year, cells in found if cells[1] == t("years.nothing")} == quiet != set()


def test_the_tables_of_counts_hold_what_the_file_holds(shipped, t):
    tables = list(html.fromstring(f"<div>{counts_table(shipped, t)}</div>").iter("table"))
    none = t("counts.no-number")
    read = [{int(year): int(cells[1]) for year, cells in rows(table) if cells[1] != none} for table in tables]

    assert read == list(counted().values())
    assert all({int(year) for year, _ in rows(table)} >= set(years(shipped)) for table in tables)


def card(scheme, year, t):
    return html.fromstring(as_of_card(scheme, year, t))


def test_the_card_of_a_year_before_the_scheme_says_when_it_began(shipped, t):
    found = card(shipped, 2003, t)

    assert t("as-of.no-scheme", date=t.date("2004-07-20")) in found.text_content()
    assert t("as-of.no-members") in found.text_content()


def test_the_card_names_scheme_members_commands_and_what_no_source_tells(shipped, t):
    found, then = card(shipped, 2008, t), as_of(shipped, 2008)
    text = found.text_content()

    assert found.get("data-year") == "2008"
    assert then.names[0].text.in_language(t.lang) in text
    assert all(t.country(code) in text for code in ("ID", "MY", "SG", "TH"))
    assert all(name in text for name in (point.name for point in shipped.control_points))
    assert t("as-of.unknown") in text
    shown = {element.get("data-agreement") for element in found.iter("span") if element.get("data-agreement")}
    assert shown >= {f.agreement_id for f in then.agreements if f.standing.value != "not-yet"}


def test_the_card_of_a_year_after_the_last_sighting_does_not_claim_members(shipped, t):
    assert t("as-of.members-unknown") in card(shipped, last_year(shipped), t).text_content()
    assert t("as-of.members-unknown") not in card(shipped, 2010, t).text_content()


def test_every_claim_of_the_card_leads_to_its_source(shipped):
    links = {link.get("href") for link in card(shipped, 2006, catalogue("en")).iter("a")}
    known = {url for citation in shipped.sources.citations for url in citation.urls}

    assert links
    assert links <= known


@each_language
def test_a_card_for_each_year_can_be_made(shipped, lang):
    made = [as_of_card(shipped, year, catalogue(lang)) for year in years(shipped)]

    assert len(set(made)) == len(years(shipped))
