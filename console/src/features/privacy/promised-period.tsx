import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'

/** A period that the policy promises; leads to the clauses that promise it, with rule, last check and evidence. */
export const PromisedPeriod = ({ retentionClass, children }: { retentionClass: string; children: ReactNode }) => (
  <Link
    to="/privacy/report"
    search={{ search: `retain(${retentionClass},` }}
    className="promise"
    title="The rule, its last check and its evidence"
  >
    {children}
  </Link>
)
