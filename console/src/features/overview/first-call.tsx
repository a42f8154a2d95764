import { Button, SegmentedControl } from '@mantine/core'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { useApi } from '../../app/app-context.tsx'
import { keysQuery, modelsQuery } from '../../app/queries.ts'
import { readyModels } from '../../app/ready-models.ts'
import { useMe, useRole } from '../../app/use-scope.ts'
import { CodeBlock } from '../../ui/copy.tsx'
import { Section } from '../../ui/page.tsx'
import { environment, firstCalls, isLanguage, type Language, languages } from './snippets.ts'

/** The way to the first answer: a key, then a call in one's own language. */
export const FirstCall = () => {
  const api = useApi()
  const { projectId } = useParams({ from: '/signed-in/projects/$projectId/' })
  const [language, setLanguage] = useState<Language>('Python')
  const { data: models } = useQuery(modelsQuery(api))
  const isOperator = useMe().staffRole === 'operator'
  const mayCreate = useRole('owner', 'admin', 'member')
  const keys = useInfiniteQuery({ ...keysQuery(api, projectId, { state: 'active', kind: 'api' }), enabled: mayCreate })
  const hasKey = keys.data?.pages.some((page) => page.items.length > 0) ?? true
  const model = readyModels(models?.items ?? [])[0]
  const code = firstCalls[language](model?.id ?? 'MODEL')
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
          <span className="small soft">Its secret is shown once; put it in place of SECRET.</span>
        </div>
      )}
      {isOperator && hasKey && (
        <p className="small soft">
          Put a key in place of SECRET. The key of the first start is in <code>first-run.json</code> in the data folder
          of the server (<code>.avow</code> unless <code>AVOW_DATA</code> says otherwise), as <code>apiKey</code>.
        </p>
      )}
      <CodeBlock code={environment(location.origin)} label="Address and key in the shell" />
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
      {models !== undefined && model === undefined && (
        <p className="small soft">No model is ready yet. Put the id of one in place of MODEL.</p>
      )}
    </Section>
  )
}
