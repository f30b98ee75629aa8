"""Django's form renderer with our templates: GOV.UK's components, one field at a time or a whole form."""

from django.forms.renderers import DjangoTemplates, TemplatesSetting


class Renderer(TemplatesSetting):
    """Looks for our templates first, then for Django's own."""

    form_template_name = "design/form.html"
    field_template_name = "design/field.html"

    def get_template(self, template_name: str) -> object:
        """Ours, or Django's own for a widget that we leave as it is."""
        from django.template import TemplateDoesNotExist

        try:
            return super().get_template(template_name)
        except TemplateDoesNotExist:
            return DjangoTemplates().get_template(template_name)
