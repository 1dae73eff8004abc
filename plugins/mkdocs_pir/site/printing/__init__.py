"""PDF documents of an edition: handbook, process maps, reports and review packs, made from page views."""
