import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useApi } from '../app-context.tsx'
import { answer } from '../problem.ts'
import { useAct } from '../use-act.ts'

/** Ends the session and forgets everything that was read with it. */
export const useSignOut = () => {
  const api = useApi()
  const queries = useQueryClient()
  const navigate = useNavigate()
  return useAct(() => answer(api.POST('/api/v1/auth/sign-out')), {
    onDone: () => {
      void navigate({ to: '/sign-in', search: {} }).then(() => queries.clear())
    },
  })
}
