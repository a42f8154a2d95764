import { useState } from 'react'

type Errors<Values> = Partial<Record<keyof Values, string>>
type Rules<Values> = { [Name in keyof Values]?: (value: Values[Name]) => string | null }

/** The values of a form, with what is wrong with them after a try to send it. */
export const useFields = <Values extends object>(initial: Values, rules: Rules<Values>) => {
  const [values, setValues] = useState(initial)
  const [errors, setErrors] = useState<Errors<Values>>({})
  const set = <Name extends keyof Values>(name: Name, value: Values[Name]) => {
    setValues((old) => ({ ...old, [name]: value }))
    setErrors((old) => ({ ...old, [name]: undefined }))
  }
  return {
    values,
    errors,
    set,
    /** What a text input of the field needs. `refused` are the server's messages by field. */
    text: (name: keyof Values & string, refused: Record<string, string> = {}) => ({
      value: String(values[name]),
      error: errors[name] ?? refused[name],
      onChange: (event: { currentTarget: { value: string } }) =>
        set(name, event.currentTarget.value as Values[typeof name]),
    }),
    /** Looks at every field; true when all are right. */
    check: (): boolean => {
      const found: Errors<Values> = {}
      for (const name of Object.keys(rules) as (keyof Values)[]) {
        const problem = rules[name]?.(values[name])
        if (problem) found[name] = problem
      }
      setErrors(found)
      return Object.keys(found).length === 0
    },
    reset: () => {
      setValues(initial)
      setErrors({})
    },
  }
}

export type Fields<Values extends object> = ReturnType<typeof useFields<Values>>
