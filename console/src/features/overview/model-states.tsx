import { Anchor } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { useApi } from '../../app/app-context.tsx'
import { modelsQuery } from '../../app/queries.ts'
import { ProblemNotice } from '../../ui/notice.tsx'
import { Empty, Section } from '../../ui/page.tsx'
import { ModelStateBadge } from '../../ui/state-badge.tsx'

/** Which models answer now. */
export const ModelStates = () => {
  const { projectId } = useParams({ from: '/signed-in/projects/$projectId/' })
  const { data, error, refetch } = useQuery(modelsQuery(useApi()))
  return (
    <Section
      title="Models"
      actions={
        <Anchor size="sm" renderRoot={(props) => <Link to="/models" search={{}} {...props} />}>
          Catalogue and prices
        </Anchor>
      }
    >
      <ProblemNotice error={error} again={() => void refetch()} />
      {data?.items.length === 0 && <Empty title="No model yet">The operator of this cloud adds them.</Empty>}
      <ul className="model-list">
        {data?.items.map((model) => (
          <li key={model.id}>
            <span>
              {model.state === 'ready' ? (
                <Anchor
                  renderRoot={(props) => (
                    <Link
                      to="/projects/$projectId/playground"
                      params={{ projectId }}
                      search={{ model: model.id }}
                      {...props}
                    />
                  )}
                >
                  {model.name}
                </Anchor>
              ) : (
                model.name
              )}{' '}
              {model.toy && <span className="tag">toy</span>}
            </span>
            <ModelStateBadge state={model.state} />
          </li>
        ))}
      </ul>
    </Section>
  )
}
