import type { ReactNode } from 'react'
import type { Model } from '../../app/views.ts'
import { CopyId } from '../../ui/copy.tsx'
import { ModelStateBadge } from '../../ui/state-badge.tsx'
import { DownloadProgress } from './download-progress.tsx'

/** A model's name and id in a list, with what else is to be said of it. */
export const ModelName = ({ model, children }: { model: Model; children?: ReactNode }) => (
  <div className="stack-tight">
    <span>
      <span className="row-name">{model.name}</span> {model.toy && <span className="tag">toy</span>}
    </span>
    <span>
      <CopyId id={model.id} />
    </span>
    {children}
  </div>
)

/** Whether a model answers, and if not, why. */
export const ModelState = ({ model }: { model: Model }) => (
  <div className="stack-tight">
    <span>
      <ModelStateBadge state={model.state} />
    </span>
    {model.reason !== null && <span className="small soft">{model.reason}</span>}
    {model.download !== null && <DownloadProgress name={model.name} download={model.download} />}
  </div>
)
