import type { MyRequestDetail } from '../../app/views.ts'
import { counted } from '../../ui/format.ts'
import { RequestStateBadge } from '../../ui/state-badge.tsx'
import { When } from '../../ui/when.tsx'
import { Due } from './due.tsx'
import { denialWords, requestWords, verifiedWords } from './request-words.ts'

/** A request in full: what was asked, when it is due, what was answered. */
export const RequestFacts = ({ request }: { request: MyRequestDetail }) => (
  <dl className="facts">
    <dt>Asked for</dt>
    <dd>
      {requestWords[request.kind]}, <When at={request.askedAt} />
    </dd>
    {request.details !== null && (
      <>
        <dt>In words</dt>
        <dd className="as-written">{request.details}</dd>
      </>
    )}
    <dt>State</dt>
    <dd>
      <RequestStateBadge state={request.state} />
    </dd>
    <dt>{request.finishedAt === null ? 'Due' : 'Ended'}</dt>
    <dd>
      <Due request={request} /> {request.extended && <span className="tag">extended</span>}
    </dd>
    {request.verified !== null && (
      <>
        <dt>Made sure</dt>
        <dd>{verifiedWords[request.verified]}</dd>
      </>
    )}
    {request.denialGround !== null && (
      <>
        <dt>Ground</dt>
        <dd>{denialWords[request.denialGround]}</dd>
      </>
    )}
    {request.closedBecause !== null && (
      <>
        <dt>Closed</dt>
        <dd>the person who asked was erased; nobody is left to answer</dd>
      </>
    )}
    {request.appealGrantedAt !== null && (
      <>
        <dt>Appeal</dt>
        <dd>
          granted <When at={request.appealGrantedAt} />: this request is decided anew
        </dd>
      </>
    )}
    {request.refusal !== null && (
      <>
        <dt>Refused before</dt>
        <dd className="as-written">{request.refusal}</dd>
      </>
    )}
    {request.answer !== null && (
      <>
        <dt>Answer</dt>
        <dd className="as-written">{request.answer}</dd>
      </>
    )}
    {request.kind === 'erasure' && request.removed + request.emptied > 0 && (
      <>
        <dt>Done</dt>
        <dd className="num">
          {counted(request.removed, 'row')} deleted, {request.emptied} kept without the person
        </dd>
      </>
    )}
  </dl>
)
