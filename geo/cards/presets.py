"""Published speeds and standards: one as a sentence, all as a table."""

from __future__ import annotations

from geo.cards.html import claim, html_table
from geo.encode import page_html
from geo.scheme.patrol_scheme import PatrolScheme
from geo.scheme.presets import Preset
from geo.text import Catalogue

__all__ = ["preset_text", "preset_value", "presets_table"]


def preset_value(preset: Preset, t: Catalogue) -> str:
    """Return the value of a preset with its unit."""
    return t(f"preset.{preset.kind.replace('_', '-')}", value=t.number(preset.value, digits=2))


def preset_text(scheme: PatrolScheme, preset: Preset, t: Catalogue) -> str:
    """Return what a preset stands for, its mark and its publishers, as plain text."""
    cited = filter(None, map(scheme.sources.citation, preset.sources))
    publishers = "; ".join(dict.fromkeys(citation.publisher for citation in cited))
    return t(
        "preset.text",
        name=preset.name.in_language(t.lang),
        text=preset.text.in_language(t.lang),
        mark=t(f"mark.{preset.mark}"),
        publishers=publishers,
    )


def presets_table(scheme: PatrolScheme, t: Catalogue) -> str:
    """Return the presets of a scheme as a table; nothing where it has none."""
    rows = [
        [
            page_html(preset_value(preset, t)),
            page_html(preset.name.in_language(t.lang)),
            page_html(preset.text.in_language(t.lang)),
            claim(scheme, preset.mark, preset.sources, t),
        ]
        for preset in scheme.presets
    ]
    columns = ("value", "what", "note", "support")
    return html_table(t("table.presets"), [t(f"table.{name}") for name in columns], rows)
