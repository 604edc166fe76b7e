"""The Gradio chat over the library in `rag`."""

import os

# Gradio reads these when it is imported; whatever the environment says, nothing is reported to anybody, and no table of
# events is made anew after every one of them.
os.environ |= {"GRADIO_ANALYTICS_ENABLED": "False", "GRADIO_ANALYTICS_CACHE_FREQUENCY": str(10**9)}
