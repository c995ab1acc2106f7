"""The years: a click in the picture sets the year and opens the agreement; the list follows."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from geo.scheme.as_of import last_year


def opened(address, visit, query=""):
    seen = visit(f"{address}/{query}")
    seen.answered()
    seen.page.locator(".st-key-years summary").first.click()
    seen.page.locator("g.event").first.wait_for()
    seen.idle()
    return seen


def test_an_event_in_the_timeline_answers_a_click(address, visit):
    """Thailand joins in 2008: the year is set, its agreement opens."""
    seen = opened(address, visit)

    seen.page.locator("g.event[data-agreement=msp-thailand-2008][data-year='2008']").first.click()

    expect(seen.page.locator(".st-key-panel .selat-official").first).to_be_visible()
    expect(seen.page.locator(".st-key-agreements [role=status]").first).to_contain_text("2008")
    expect(seen.page.locator(".st-key-years .selat-card").first).to_contain_text("2008")
    assert "year=2008" in seen.page.url
    assert seen.complaints == []


def test_no_press_on_the_slider_is_lost_and_the_years_stay_open_in_another_language(address, visit, shipped):
    """Each press draws the whole page, an open agreement in it, while the next is on its way."""
    seen = opened(address, visit)
    seen.page.locator(".st-key-sidebar-agreement-msp-2006 button").click()
    seen.idle()

    slider = seen.page.locator(".st-key-year input[type=range]")
    slider.focus()
    for _ in range(8):
        seen.page.keyboard.press("ArrowLeft")
        seen.page.wait_for_timeout(150)  # the pace of a person, faster than the page is drawn
    seen.idle()

    first = last_year(shipped) - 7
    expect(seen.page.locator(".st-key-panel [role=status]").first).to_contain_text(str(first))

    seen.page.get_by_text("Bahasa Indonesia").click()
    seen.idle()
    expect(seen.page.locator(".st-key-panel [role=status]").first).to_contain_text(f"tahun {first}")
    expect(seen.page.locator("g.event").first).to_be_visible()


def test_year_holds_when_the_years_are_folded_away(address, visit, shipped):
    """Whatever is chosen next."""
    seen = opened(address, visit)
    seen.page.locator(".st-key-year input[type=range]").press("ArrowLeft")
    seen.idle()
    seen.page.locator(".st-key-years summary").click()
    expect(seen.page.locator(".st-key-year")).to_have_count(0)

    seen.page.locator(".st-key-limit_h input[type=range]").press("ArrowRight")
    seen.idle()
    expect(seen.page).to_have_url(re.compile(f"year={last_year(shipped)}"))
    expect(seen.page.locator(".st-key-panel [role=status]").first).to_contain_text(str(last_year(shipped)))


def test_before_the_scheme_the_points_are_hollow_and_it_says_so(address, visit):
    """2001."""
    seen = opened(address, visit, "?year=2001")

    expect(seen.page.locator(".st-key-panel .selat-onmap").first).to_contain_text("no patrol scheme yet")
    expect(seen.map.locator(".selat-point.selat-hollow")).to_have_count(4)
    expect(seen.page.locator(".st-key-agreements button", has_text="Malacca Straits Patrol")).to_have_count(0)


def test_counts_keep_every_series_apart_and_say_what_they_are_not(address, visit):
    """Their caution stands over them; the tables hold the same."""
    seen = opened(address, visit)

    counts = seen.page.locator(".st-key-counts-picture svg, .selat-counts").first
    counts.scroll_into_view_if_needed()
    expect(counts).to_contain_text("IMB")
    expect(counts).to_contain_text("ReCAAP")
    seen.page.get_by_role("button", name="The same as tables").click()
    expect(seen.page.locator(".selat-table").first).to_be_visible()
