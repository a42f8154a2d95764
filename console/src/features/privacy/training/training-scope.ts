/** What content may be used to train, as a form has it. */
export interface TrainingScope {
  content: string[]
  /** An id; empty: every project. */
  projectId: string
  /** A date, UTC; empty: until it is withdrawn. */
  until: string
}

export const noTrainingScope: TrainingScope = { content: [], projectId: '', until: '' }

export const trainingScopeRules = {
  content: (content: string[]) => (content.length === 0 ? 'Choose at least one kind of content.' : null),
}

/** What the API wants of the fields. */
export const trainingScopeBody = ({ content, projectId, until }: TrainingScope) => ({
  content,
  projectId: projectId.trim() === '' ? null : projectId.trim(),
  until: until === '' ? null : `${until}T23:59:59.999Z`,
})

/** The flags of the CLI for the same. */
export const trainingScopeFlags = (scope: TrainingScope): string[] => {
  const { content, projectId, until } = trainingScopeBody(scope)
  return [
    ...(content.length === 0 ? ['CONTENT'] : content).flatMap((category) => ['--content', category]),
    ...(projectId === null ? [] : ['--of-project', projectId]),
    ...(until === null ? [] : ['--until', until]),
  ]
}
