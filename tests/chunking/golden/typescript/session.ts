import { createHash } from "node:crypto";

export type UserId = string & { readonly brand: unique symbol };

/** What is kept of a signed-in user. */
export interface Session {
  id: string;
  user: UserId;
  expires: Date;
  touch(now: Date): void;
}

export enum Level {
  Guest,
  Member,
  Admin,
}

export abstract class Store<T extends Session> {
  private readonly items = new Map<string, T>();

  constructor(protected readonly ttl: number) {}

  abstract load(id: string): Promise<T | undefined>;

  @logged("put")
  put(session: T): void {
    this.items.set(session.id, session);
    this.sweep(new Date());
  }

  private sweep = (now: Date): void => {
    for (const [id, session] of this.items) {
      if (session.expires < now) this.items.delete(id);
    }
  };
}

export function token(user: UserId, salt: string): string {
  return createHash("sha256").update(user).update(salt).digest("hex");
}

export const isExpired = (session: Session, now = new Date()): boolean => {
  return session.expires < now;
};

namespace Legacy {
  export function decode(cookie: string): Session | null {
    const [id, user] = cookie.split(":");
    return id ? ({ id, user } as unknown as Session) : null;
  }
}

declare module "express" {
  interface Request {
    session?: Session;
  }
}
