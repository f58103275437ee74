"""From a photograph, a scan or a PDF to the texts of its QR codes, in processes that may die without harm."""
