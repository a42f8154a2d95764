import { type QueryKey, useMutation, useQueryClient } from '@tanstack/react-query'
import { useRef } from 'react'

interface Options<Result> {
  /** Reads that are out of date after this act. */
  changes?: readonly QueryKey[]
  onDone?: (result: Result) => void
}

/** Headers of a repeatable POST. */
export interface ActHeaders {
  'Idempotency-Key': string
}

/**
 * An act that changes something. The same input sent again after a failure carries the same Idempotency-Key,
 * so that a lost answer or a double click never does the thing twice.
 */
export const useAct = <Input, Result>(
  act: (input: Input, headers: ActHeaders) => Promise<Result>,
  { changes = [], onDone }: Options<Result> = {},
) => {
  const queries = useQueryClient()
  const last = useRef<{ input: string; key: string } | null>(null)
  return useMutation({
    mutationFn: (input: Input) => {
      const json = JSON.stringify(input) ?? ''
      if (last.current?.input !== json) last.current = { input: json, key: crypto.randomUUID() }
      return act(input, { 'Idempotency-Key': last.current.key })
    },
    onSuccess: async (result) => {
      last.current = null
      onDone?.(result)
      await Promise.all(changes.map((queryKey) => queries.invalidateQueries({ queryKey })))
    },
  })
}
