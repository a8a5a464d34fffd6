"""The dashboards, one file each: from what is known of a plant to rows of panels."""
