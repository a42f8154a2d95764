import { createHmac } from 'node:crypto'
import { Client, escapeIdentifier, escapeLiteral } from 'pg'

/** The roles below the one that owns the cluster: the application, and the vault with its keys. Neither is a superuser. */
export const appRole = 'avow_app'
export const vaultRole = 'avow_vault'
const databaseName = 'avow'

/** A role's password, derived from the cluster's own: nothing more to keep. */
export const rolePassword = (clusterPassword: string, role: string): string =>
  createHmac('sha256', clusterPassword).update(role).digest('base64url')

const ensureRole = async (client: Client, role: string, password: string): Promise<void> => {
  const { rowCount } = await client.query('select 1 from pg_roles where rolname = $1', [role])
  const verb = rowCount === 0 ? 'create' : 'alter'
  await client.query(
    `${verb} role ${escapeIdentifier(role)} with login nosuperuser nocreatedb nocreaterole password ${escapeLiteral(password)}`,
  )
}

/** Older versions made everything as the superuser: hands it to the application's role. */
const giveToApp = async (client: Client): Promise<void> => {
  await client.query(`alter database ${databaseName} owner to ${appRole}`)
  await client.query(`do $$
    declare thing record;
    begin
      for thing in
        select format('alter %s %I.%I owner to ${appRole}',
            case c.relkind when 'S' then 'sequence' when 'v' then 'view' when 'm' then 'materialized view' else 'table' end,
            n.nspname, c.relname) as statement
        from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where n.nspname in ('public', 'graphile_worker') and c.relkind in ('r', 'p', 'v', 'm', 'S')
          and pg_get_userbyid(c.relowner) = current_user
          and not exists (select 1 from pg_depend d where d.objid = c.oid and d.deptype in ('a', 'i') and c.relkind = 'S')
        union all
        select format('alter function %s owner to ${appRole}', p.oid::regprocedure)
        from pg_proc p join pg_namespace n on n.oid = p.pronamespace
        where n.nspname in ('public', 'graphile_worker') and pg_get_userbyid(p.proowner) = current_user
        union all
        select format('alter type %I.%I owner to ${appRole}', n.nspname, t.typname)
        from pg_type t join pg_namespace n on n.oid = t.typnamespace
        where n.nspname in ('public', 'graphile_worker') and pg_get_userbyid(t.typowner) = current_user
          and t.typtype in ('e', 'd')
        union all
        select format('alter type %I.%I owner to ${appRole}', n.nspname, t.typname)
        from pg_type t join pg_namespace n on n.oid = t.typnamespace join pg_class c on c.oid = t.typrelid
        where n.nspname in ('public', 'graphile_worker') and pg_get_userbyid(t.typowner) = current_user
          and c.relkind = 'c'
        union all
        select format('alter schema %I owner to ${appRole}', nspname)
        from pg_namespace where nspname = 'graphile_worker' and pg_get_userbyid(nspowner) = current_user
      loop
        execute thing.statement;
      end loop;
    end $$`)
}

/**
 * Makes the database and its two roles: the application owns the database, the vault's role owns the schema `vault`,
 * and neither may look into what is the other's.
 * @param serverUrl of the cluster's superuser, without a database
 */
export const ensureRoles = async (serverUrl: string, clusterPassword: string): Promise<void> => {
  const client = new Client({ connectionString: `${serverUrl}/${databaseName}` })
  await client.connect()
  try {
    await client.query('begin')
    for (const role of [appRole, vaultRole]) await ensureRole(client, role, rolePassword(clusterPassword, role))
    await giveToApp(client)
    await client.query(`create schema if not exists vault authorization ${vaultRole}`)
    // To show that what is deleted or sealed is not in the files, the files must first be what the tables are.
    await client.query(`grant pg_checkpoint to ${appRole}`)
    await client.query('commit')
  } finally {
    await client.end()
  }
}
