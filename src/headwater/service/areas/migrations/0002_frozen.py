"""What is published stands: the database itself refuses to change or remove a published plan, and any decision about a plan."""

from django.db import migrations

FREEZE = """
CREATE FUNCTION areas_keep_published() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state = 'published' THEN
        RAISE EXCEPTION 'plan % is published and does not change; make a copy', OLD.id USING ERRCODE = 'check_violation';
    END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER keep_published BEFORE UPDATE OR DELETE ON areas_plan FOR EACH ROW EXECUTE FUNCTION areas_keep_published();
CREATE FUNCTION areas_keep_decision() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'decision % about a plan does not change', OLD.id USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER keep_decision BEFORE UPDATE OR DELETE ON areas_plandecision FOR EACH ROW EXECUTE FUNCTION areas_keep_decision();

"""

THAW = """
DROP TRIGGER keep_published ON areas_plan;
DROP TRIGGER keep_decision ON areas_plandecision;

DROP FUNCTION areas_keep_published();
DROP FUNCTION areas_keep_decision();
"""


class Migration(migrations.Migration):
    dependencies = [("areas", "0001_initial")]

    operations = [migrations.RunSQL(FREEZE, THAW)]
