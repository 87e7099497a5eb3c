-- Two roles: the owner changes tables (`tuoling db upgrade`), the application only uses them. The application cannot
-- change or delete what stands in the operation log. Run as a superuser, in the database `tuoling`, after the first
-- `tuoling db upgrade` by the owner:
--     createuser tuoling_owner --pwprompt; createuser tuoling_app --pwprompt; createdb tuoling --owner tuoling_owner
--     psql --dbname tuoling --file postgresql-roles.sql      (again after an upgrade that adds a table)

GRANT USAGE ON SCHEMA public TO tuoling_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO tuoling_app;
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO tuoling_app;
REVOKE UPDATE, DELETE, TRUNCATE ON audit FROM tuoling_app;
REVOKE DELETE, TRUNCATE ON audit_head FROM tuoling_app;
REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON alembic_version FROM tuoling_app;
