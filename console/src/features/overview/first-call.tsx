import { Button, SegmentedControl } from '@mantine/core'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { useApi } from '../../app/app-context.tsx'
import { keysQuery, modelsQuery } from '../../app/queries.ts'
import { useRole } from '../../app/use-scope.ts'
import { CodeBlock } from '../../ui/copy.tsx'
import { Section } from '../../ui/page.tsx'
import { firstCalls, isLanguage, type Language, languages } from './snippets.ts'

/** The way to the first answer: a key, then a call in one's own language. */
export const FirstCall = () => {
  const api = useApi()
  const { projectId } = useParams({ from: '/signed-in/projects/$projectId/' })
  const [language, setLanguage] = useState<Language>('Python')
  const { data: models } = useQuery(modelsQuery(api))
  const mayCreate = useRole('owner', 'admin', 'member')
  const keys = useInfiniteQuery({ ...keysQuery(api, projectId, { state: 'active' }), enabled: mayCreate })
  const hasKey = keys.data?.pages.some((page) => page.items.some(({ kind }) => kind === 'api')) ?? true
  const ready = models?.items.filter((model) => model.state === 'ready') ?? []
  const model = ready.find((each) => !each.toy) ?? ready[0]
  const code = firstCalls[language]({ origin: location.origin, model: model?.id ?? 'MODEL' })
  return (
    <Section
      title="First call"
      about="The official OpenAI clients work as they are; only the address and the key are ours."
    >
      {!hasKey && (
        <div className="inline">
          <Button
            renderRoot={(props) => (
              <Link to="/projects/$projectId/keys" params={{ projectId }} search={{ create: true }} {...props} />
            )}
          >
            Create an API key
          </Button>
          <span className="small soft">
            Then put its secret into <code>AVOW_API_KEY</code>.
          </span>
        </div>
      )}
      <div>
        <SegmentedControl
          aria-label="Language"
          data={[...languages]}
          value={language}
          onChange={(value) => {
            if (isLanguage(value)) setLanguage(value)
          }}
        />
      </div>
      <CodeBlock code={code} label={`First call in ${language}`} />
    </Section>
  )
}
