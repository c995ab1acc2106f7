"""Draw the pictures of docs/method.md: a toy basin step by step, and the distances from Belawan.

python -m scripts.method_figures    (needs matplotlib)
"""

from __future__ import annotations

from pathlib import Path

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import shapely
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PolyCollection

from geo.scheme import patrol_scheme as scheme
from geo.sea.distance import SeaDistance, SeaField

IMAGES = Path(__file__).resolve().parent.parent / "docs" / "images"
WATER, LAND, SHORE, BEAM, TURN, ROUTE = "#dbe9f4", "#e9e2d0", "#6b5f45", "#f2c14e", "#b3261e", "#1a4f8b"
START = (100.15, 3.35)
TOY = (
    shapely.box(100, 3, 102, 4)
    - shapely.Polygon([(100.5, 3), (100.55, 3.6), (100.75, 3.65), (100.85, 3)])
    - shapely.Polygon([(101.1, 3.45), (101.35, 3.3), (101.6, 3.5), (101.4, 3.75), (101.15, 3.7)])
    - shapely.Polygon([(100.95, 4), (101.05, 3.8), (101.2, 4)])
)


def main() -> None:
    """Draw all pictures."""
    mpl.rcParams.update({"font.size": 9, "figure.dpi": 110, "savefig.bbox": "tight", "svg.hashsalt": "selat"})
    IMAGES.mkdir(parents=True, exist_ok=True)
    field = SeaDistance(TOY).from_point(*START)
    for name, draw in (("mesh", draw_mesh), ("tree", draw_tree), ("window", draw_window), ("lookup", draw_lookup)):
        figure, axes = plt.subplots(figsize=(7.2, 3.8))
        draw_toy(axes)
        draw(axes, field)
        save(figure, name)
    save(draw_field(), "field")


def save(figure: plt.Figure, name: str) -> None:
    """Write a picture without date and versions, so that it stays the same from run to run."""
    figure.savefig(IMAGES / f"method-{name}.png", metadata={"Software": None})
    plt.close(figure)
    print(f"docs/images/method-{name}.png")


def draw_toy(axes: Axes) -> None:
    """Draw water, land and start of the toy basin."""
    axes.set_facecolor(LAND)
    axes.add_collection(PolyCollection([shapely.get_coordinates(TOY.exterior)], facecolor=WATER, edgecolor=SHORE))
    axes.add_collection(
        PolyCollection([shapely.get_coordinates(ring) for ring in TOY.interiors], facecolor=LAND, edgecolor=SHORE)
    )
    axes.plot(*START, "o", color="black", zorder=5)
    axes.annotate("start", START, xytext=(5, -10), textcoords="offset points")
    axes.set(xlim=(99.97, 102.03), ylim=(2.97, 4.03), aspect="equal", xticks=[], yticks=[])


def corners(field: SeaField) -> np.ndarray:
    """Return the corners (m, 3, 2) of the triangles in degrees."""
    mesh = field._sea._mesh
    return mesh.plane.unproject(mesh.mesh.xy)[mesh.mesh.corner]


def draw_mesh(axes: Axes, field: SeaField) -> None:
    """Show the triangles, and the capes among the vertices."""
    mesh = field._sea._mesh
    axes.add_collection(PolyCollection(list(corners(field)), facecolor="none", edgecolor=ROUTE, linewidth=0.5))
    capes = mesh.plane.unproject(mesh.mesh.xy[mesh.mesh.cape])
    axes.plot(*capes.T, ".", color=TURN, markersize=4)
    axes.set_title("Triangle mesh of the water; red: capes, where a route may turn")


def draw_tree(axes: Axes, field: SeaField) -> None:
    """Show each cape joined to the last turn before it."""
    mesh, tree = field._sea._mesh, field._first.result.tree
    degrees = mesh.plane.unproject(mesh.mesh.xy)
    turns = np.flatnonzero((tree.turn_m <= tree.length_m + 1e-6) & (tree.turn_root > -2) & mesh.mesh.cape)
    roots = [START if tree.turn_root[v] < 0 else tuple(degrees[tree.turn_root[v]]) for v in turns]
    axes.add_collection(LineCollection([[a, tuple(degrees[v])] for a, v in zip(roots, turns, strict=True)], colors=ROUTE))
    axes.plot(*degrees[turns].T, ".", color=TURN)
    axes.set_title("The tree of shortest routes: each cape joined to the turn before it")


def wedge(field: SeaField) -> tuple[int, np.ndarray]:
    """Return the cape with the most windows, and those windows."""
    roots = field._first.result.root
    cape = int(np.bincount(roots[roots >= 0]).argmax())
    return cape, np.flatnonzero(roots == cape)


def draw_window(axes: Axes, field: SeaField) -> None:
    """Show the taut wedge of one cape, window by window."""
    mesh, result = field._sea._mesh, field._first.result
    cape, windows = wedge(field)
    triangle = np.repeat(np.arange(len(mesh.mesh.corner)), np.diff(result.offset))
    xy, shapes = mesh.mesh.xy, []
    for window in windows:
        root, reach_m = xy[cape], 4e5
        right, left = root + reach_m * result.ray[window, :2], root + reach_m * result.ray[window, 2:]
        visible = shapely.Polygon([root, right, left]) & shapely.Polygon(xy[mesh.mesh.corner[triangle[window]]])
        if visible.area > 0:
            shapes.append(mesh.plane.unproject(shapely.get_coordinates(visible)))
    axes.add_collection(PolyCollection(shapes, facecolor=BEAM, edgecolor="white", linewidth=0.8, alpha=0.9))
    at = mesh.plane.unproject(xy[cape : cape + 1])[0]
    before = result.tree.turn_root[cape]
    root = np.array(START) if before < 0 else mesh.plane.unproject(xy[before : before + 1])[0]
    axes.plot(*np.array([root, at, at + 0.5 * (at - root)]).T, "--", color=ROUTE, linewidth=1)
    axes.plot(*at, "o", color=TURN, zorder=6)
    axes.set_title("The taut wedge of one cape: between the ray that reached it and the land")


def draw_lookup(axes: Axes, field: SeaField) -> None:
    """Show how the distance of a point is looked up: the windows of its triangle that contain it."""
    mesh, result, target = field._sea._mesh, field._first.result, (101.75, 3.6)
    t = int(field._sea.locate(*target).triangle)
    axes.add_collection(PolyCollection([corners(field)[t]], facecolor=BEAM, alpha=0.5, edgecolor=ROUTE))
    degrees = mesh.plane.unproject(mesh.mesh.xy)
    xy = mesh.plane.project([target[0]], [target[1]])[0][0]
    for window in range(result.offset[t], result.offset[t + 1]):
        root, (rx, ry, lx, ly) = result.root[window], result.ray[window]
        at = mesh.mesh.xy[root] if root >= 0 else np.array([result.source.x, result.source.y])
        dx, dy = xy - at
        if rx * dy - ry * dx >= 0 and dx * ly - dy * lx >= 0:
            axes.plot(*np.array([degrees[root] if root >= 0 else START, target]).T, color=TURN, linewidth=0.8)
    axes.plot(*field.path(*target).T, color=ROUTE, linewidth=2)
    axes.plot(*target, "o", color="black", zorder=6)
    axes.set_title(f"Look-up: the shortest over the windows that contain the point, {field.at_m(*target) / 1852:.1f} nmi")


def draw_field() -> plt.Figure:
    """Show the distances from Belawan over the whole water, and some shortest routes."""
    shipped = scheme.load()
    box, belawan = shipped.sources.study_box, shipped.control_point("belawan").start
    water = shapely.box(box.west, box.south, box.east, box.north) - shapely.union_all(shipped.land.geometry.to_numpy())
    water = max(shapely.get_parts(water), key=lambda part: part.area)
    field = SeaDistance(water).from_point(belawan.lon, belawan.lat)
    lon, lat = np.meshgrid(np.linspace(box.west, box.east, 840), np.linspace(box.south, box.north, 800))
    figure, axes = plt.subplots(figsize=(7.2, 6.6))
    axes.set_facecolor(LAND)
    nmi = np.ma.masked_invalid(field.at_m(lon, lat) / 1852)
    shades = axes.contourf(lon, lat, nmi, levels=np.arange(0, 1001, 50), cmap="viridis_r", extend="max")
    for end in ((104.5, 1.4), (101.5, 6.9), (98.5, 7.3), (99.5, 0.5), (104.5, 7.5)):
        axes.plot(*field.path(*end).T, color="white", linewidth=1)
    axes.plot(*field.start, "o", color=TURN)
    axes.set(title="Sea distance from Belawan, nautical miles, with shortest routes", aspect="equal", xticks=[], yticks=[])
    figure.colorbar(shades, ax=axes, shrink=0.8)
    return figure


if __name__ == "__main__":
    main()
