import { Anchor, Button, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { useApi } from '../../app/app-context.tsx'
import { answer, fieldErrors } from '../../app/problem.ts'
import { projectsQuery } from '../../app/queries.ts'
import { useAct } from '../../app/use-act.ts'
import { useRole } from '../../app/use-scope.ts'
import type { Project } from '../../app/views.ts'
import { ActDialog } from '../../ui/act-dialog.tsx'
import { avowLine } from '../../ui/command-line.ts'
import { CopyId } from '../../ui/copy.tsx'
import { ProblemNotice } from '../../ui/notice.tsx'
import { Empty, Page } from '../../ui/page.tsx'
import { type Column, Rows } from '../../ui/rows.tsx'
import { When } from '../../ui/when.tsx'

/** Makes a project (`project` null) or renames one. */
const ProjectDialog = ({
  organisationId,
  project,
  onClose,
}: {
  organisationId: string
  project: Project | null
  onClose: () => void
}) => {
  const api = useApi()
  const [name, setName] = useState(project?.name ?? '')
  const save = useAct(
    (body: { name: string }, header) =>
      answer<Project>(
        project === null
          ? api.POST('/api/v1/organisations/{organisationId}/projects', {
              params: { path: { organisationId }, header },
              body,
            })
          : api.PATCH('/api/v1/projects/{projectId}', { params: { path: { projectId: project.id } }, body }),
      ),
    { changes: [['projects', organisationId], ['project']], onDone: onClose },
  )
  const path = project === null ? `/api/v1/organisations/${organisationId}/projects` : `/api/v1/projects/${project.id}`
  return (
    <ActDialog
      onClose={onClose}
      title={project === null ? 'Create a project' : `Rename ${project.name}`}
      act={project === null ? 'Create project' : 'Rename'}
      busy={save.isPending}
      error={save.error}
      cli={project === null ? avowLine('project', 'create', name || 'NAME', '--organisation', organisationId) : null}
      call={{ method: project === null ? 'POST' : 'PATCH', path, body: { name } }}
      onSubmit={() => save.mutate({ name: name.trim() })}
    >
      <TextInput
        label="Name"
        data-autofocus
        maxLength={120}
        value={name}
        error={fieldErrors(save.error)['name']}
        onChange={(event) => setName(event.currentTarget.value)}
      />
    </ActDialog>
  )
}

const columns: readonly Column<Project>[] = [
  {
    name: 'Name',
    show: (project) => (
      <Anchor renderRoot={(props) => <Link to="/projects/$projectId" params={{ projectId: project.id }} {...props} />}>
        {project.name}
      </Anchor>
    ),
  },
  { name: 'Id', show: (project) => <CopyId id={project.id} /> },
  { name: 'Created', show: (project) => <When at={project.createdAt} /> },
]

/** Projects of an organisation. */
export const ProjectsPage = () => {
  const { organisationId } = useParams({ from: '/signed-in/organisations/$organisationId/projects' })
  const { data, error, refetch } = useQuery(projectsQuery(useApi(), organisationId))
  const mayManage = useRole('owner', 'admin')
  const [dialog, setDialog] = useState<{ project: Project | null } | null>(null)
  const create = <Button onClick={() => setDialog({ project: null })}>Create a project</Button>
  const acts: Column<Project> = {
    name: 'Acts',
    quiet: true,
    show: (project) => (
      <div className="row-actions">
        <Button size="xs" variant="default" onClick={() => setDialog({ project })}>
          Rename<span className="only-read"> {project.name}</span>
        </Button>
      </div>
    ),
  }
  return (
    <Page
      title="Projects"
      about="Each project has its own keys and usage, such as one for every product or team."
      actions={mayManage && create}
    >
      <ProblemNotice error={error} again={() => void refetch()} />
      {data?.items.length === 0 && (
        <Empty title="No project yet" action={mayManage && create}>
          Keys and usage live in a project.
        </Empty>
      )}
      {data !== undefined && data.items.length > 0 && (
        <Rows
          label="Projects"
          columns={mayManage ? [...columns, acts] : columns}
          rows={data.items}
          keyOf={({ id }) => id}
        />
      )}
      {dialog !== null && (
        <ProjectDialog organisationId={organisationId} project={dialog.project} onClose={() => setDialog(null)} />
      )}
    </Page>
  )
}
