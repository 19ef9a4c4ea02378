// What went wrong, as a page shows it: problem details (RFC 9457) or the reason why no answer came.

export interface ProblemBody {
    type?: string;
    title?: string;
    status?: number;
    detail?: string;
    code?: string;
    pointer?: string;
    request_id?: string;
    [member: string]: unknown;
}

export class ApiError extends Error {
    readonly status: number; // 0: no answer came
    readonly body: ProblemBody;
    readonly retryAfterS: number;

    constructor(status: number, body: ProblemBody, retryAfterS = 0) {
        super(body.detail || body.title || (status ? `The server answered ${status}.` : "The server did not answer."));
        this.status = status;
        this.body = body;
        this.retryAfterS = retryAfterS;
    }

    get offline(): boolean {
        return this.status === 0;
    }
}

export function errorText(error: unknown): string {
    if (error instanceof ApiError) {
        const where = error.body.pointer ? ` (${String(error.body.pointer)})` : "";
        return error.message + where;
    }
    return error instanceof Error ? error.message : String(error);
}

export async function problemOf(answer: Response): Promise<ApiError> {
    let body: ProblemBody = {};
    try {
        if (/json/.test(answer.headers.get("content-type") ?? "")) body = (await answer.json()) as ProblemBody;
    } catch {
        // The status is all there is.
    }
    const retry = Number(answer.headers.get("retry-after") ?? 0);
    return new ApiError(answer.status, body, Number.isFinite(retry) ? retry : 0);
}
