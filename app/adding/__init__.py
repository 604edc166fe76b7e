"""Adding to the library while the page is open: uploads, pasted texts and watched folders, one job after another."""
