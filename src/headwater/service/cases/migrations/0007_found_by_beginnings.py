from django.db import migrations

from headwater.service.audit.actions import acting_as
from headwater.service.cases.tokens import tokens_of


def index_anew(apps, schema_editor):  # type: ignore[no-untyped-def]
    """Keep for search the beginnings of names too."""
    subjects, batch = apps.get_model("cases", "Subject").objects, []
    with acting_as("migration"):
        for one in subjects.only("name", "other_names", "address", "address_withheld").iterator(chunk_size=1_000):
            one.tokens = tokens_of([one.name, *one.other_names], "" if one.address_withheld else one.address)
            batch.append(one)
            if len(batch) == 1_000:
                subjects.bulk_update(batch, ["tokens"])
                batch = []
        subjects.bulk_update(batch, ["tokens"])


class Migration(migrations.Migration):
    dependencies = [("cases", "0006_versions_follow_from_what_stands")]
    operations = [migrations.RunPython(index_anew, migrations.RunPython.noop)]
