import { useQuery } from '@tanstack/react-query'
import { useApi } from '../app-context.tsx'
import { contactQuery } from '../queries.ts'

const contactPage = '/contact'

/** Pages beside the console that anyone may read, with or without an account. */
const publicPages = [
  { name: 'Privacy policy', href: '/policy', also: 'rules rights recipients' },
  { name: 'State of the promises', href: '/trust', also: 'trust kept broken' },
  { name: 'Write to us', href: contactPage, also: 'contact message privacy officer' },
  { name: 'Documentation', href: '/docs/', also: 'help guide api reference' },
] as const

/** Whether this cloud takes messages; false until it is known. */
export const useTakesMessages = (): boolean => {
  const { data } = useQuery(contactQuery(useApi()))
  return data !== undefined && data.contacts.length > 0
}

/** The public pages that lead somewhere: nobody is sent to a form that takes nothing. */
export const usePublicPages = () => {
  const takesMessages = useTakesMessages()
  return publicPages.filter(({ href }) => href !== contactPage || takesMessages)
}
