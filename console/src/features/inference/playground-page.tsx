import './playground.css'
import { Anchor, Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { useApi } from '../../app/app-context.tsx'
import { keepingQuery, modelsQuery } from '../../app/queries.ts'
import { readyModels } from '../../app/ready-models.ts'
import { useRole } from '../../app/use-scope.ts'
import { period } from '../../ui/format.ts'
import { Notice, ProblemNotice } from '../../ui/notice.tsx'
import { Empty, Page, PageLoading } from '../../ui/page.tsx'
import { ChatRefused } from './chat-stream.ts'
import { Conversation, Question } from './conversation.tsx'
import { type PlaygroundFields, PlaygroundSettings } from './playground-settings.tsx'
import { useChat } from './use-chat.ts'

const overBudgetAdvice =
  'Sending it again does not help: shorter answers may still fit (Max tokens), or somebody who may raises the budget on the page Usage.'

const route = '/signed-in/projects/$projectId/playground'

/** `begun`: a part of the answer came before it failed. */
const ChatProblem = ({ error, begun }: { error: unknown; begun: boolean }) => {
  if (!(error instanceof ChatRefused)) return <ProblemNotice error={error} />
  const overBudget = error.code === 'insufficient_quota'
  const tooMuch = error.status === 429 ? 'Too much at once' : 'The model did not answer'
  return (
    <Notice kind="bad" title={overBudget ? 'The budget has no room for this' : tooMuch}>
      <p>{error.message}</p>
      <p className="small">
        {error.code !== null && <code>{error.code}</code>}{' '}
        {begun
          ? 'What was answered so far is kept above, and counted as used.'
          : `Nothing was answered. ${overBudget ? overBudgetAdvice : 'Your question stays above: send it again, or choose another model.'}`}
      </p>
    </Notice>
  )
}

/** What becomes of what is said here: it is a call like any other, so it is kept where the project keeps bodies. */
const WhatIsKept = () => {
  const { projectId } = useParams({ from: route })
  const { data } = useQuery(keepingQuery(useApi(), projectId))
  if (data === undefined) return null
  if (!data.keep) return <p className="soft small">The conversation is not stored: a reload forgets it.</p>
  const kept = data.period ?? data.periodMax
  const logs = (
    <Anchor
      inherit
      renderRoot={(props) => <Link to="/projects/$projectId/logs" params={{ projectId }} search={{}} {...props} />}
    >
      Logs
    </Anchor>
  )
  return (
    <Notice kind="info" title="This project keeps bodies of calls">
      What you say here and what is answered is kept as well: it is in {logs}
      {kept === null ? '' : `, for ${period(kept)}`}.
    </Notice>
  )
}

const number = (text: string): number | null => (text.trim() === '' || Number.isNaN(Number(text)) ? null : Number(text))

const Talk = ({ models, toys }: { models: readonly string[]; toys: ReadonlySet<string> }) => {
  const { projectId } = useParams({ from: route })
  const { model: asked } = useSearch({ from: route })
  const navigate = useNavigate({ from: '/projects/$projectId/playground' })
  const chat = useChat(projectId)
  const [fields, setFields] = useState<PlaygroundFields>({ system: '', temperature: '', maxTokens: '' })
  const model = asked !== undefined && models.includes(asked) ? asked : (models[0] ?? '')
  const settings = {
    model,
    system: fields.system,
    temperature: number(fields.temperature),
    maxTokens: number(fields.maxTokens),
  }
  return (
    <div className="playground">
      <div className="talk">
        <Conversation turns={chat.turns} toy={toys.has(model)} />
        <ChatProblem error={chat.error} begun={chat.turns.at(-1)?.text !== ''} />
        <Question busy={chat.busy} onAsk={(text) => void chat.send(settings, text)} onStop={chat.stop} />
      </div>
      <PlaygroundSettings
        models={models}
        model={model}
        onModel={(next) => void navigate({ search: { model: next }, replace: true })}
        fields={fields}
        onFields={setFields}
        onClear={chat.turns.length > 0 ? chat.clear : null}
      />
    </div>
  )
}

/** Talk to a model. The page itself stores nothing; the gateway does where the project keeps bodies. */
export const PlaygroundPage = () => {
  const { data, error, refetch, isPending } = useQuery(modelsQuery(useApi()))
  const mayCall = useRole('owner', 'admin', 'member')
  const ready = readyModels(data?.items ?? [])
  const toys = new Set(ready.filter(({ toy }) => toy).map(({ id }) => id))
  return (
    <Page title="Playground" about="Calls the same gateway as your programs; its tokens are counted like theirs.">
      <ProblemNotice error={error} again={() => void refetch()} />
      {isPending && <PageLoading />}
      {data !== undefined && !mayCall && (
        <Notice kind="info" title="Your role may look, not call">
          Ask an owner or admin of the organisation for the role of a member.
        </Notice>
      )}
      {data !== undefined && mayCall && ready.length === 0 && (
        <Empty
          title="No model is ready"
          action={<Button renderRoot={(props) => <Link to="/models" search={{}} {...props} />}>See why</Button>}
        >
          A model may still be downloading or starting.{' '}
          <Anchor renderRoot={(props) => <Link to="/models" search={{}} {...props} />}>The catalogue</Anchor> says what
          it waits for.
        </Empty>
      )}
      {mayCall && ready.length > 0 && <WhatIsKept />}
      {mayCall && ready.length > 0 && <Talk models={ready.map(({ id }) => id)} toys={toys} />}
    </Page>
  )
}
