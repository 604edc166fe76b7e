"""The Gradio chat over the library in `rag`."""
