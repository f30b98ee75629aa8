"""Django's form renderer with our templates: GOV.UK's components, one field at a time or a whole form."""

from django.forms.renderers import TemplatesSetting


class Renderer(TemplatesSetting):
    """Looks for our templates first, then for Django's own."""

    form_template_name = "design/form.html"
    field_template_name = "design/field.html"
