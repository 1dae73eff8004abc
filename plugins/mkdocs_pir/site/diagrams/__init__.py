"""Diagrams of the process as plain SVG strings that stand alone: maps, overview, life cycle; and their editable exports."""

from __future__ import annotations

from mkdocs_pir.site.diagrams.blueprint_layout import Blueprint, blueprint
from mkdocs_pir.site.diagrams.bpmn import bpmn
from mkdocs_pir.site.diagrams.drawio import drawio
from mkdocs_pir.site.diagrams.lifecycle import life_cycle
from mkdocs_pir.site.diagrams.maps import process_map
from mkdocs_pir.site.diagrams.overview import Count, overview

__all__ = ["Blueprint", "Count", "blueprint", "bpmn", "drawio", "life_cycle", "overview", "process_map"]
