"""Documents for paper: an edition's handbook, maps, reports and review packs, bound from page views and set as PDF."""
