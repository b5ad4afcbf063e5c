// Written by scripts/generate.py from the server's own classes. Do not edit.

import type { Location, Position, Range, SymbolKind, TextDocumentIdentifier } from "vscode-languageclient";

export const PROTOCOL_VERSION = 1;
export const SERVER_VERSION = "0.1.0";

export type State = "empty" | "indexing" | "ready" | "degraded";
export type Space = "code" | "prose";
export type KindName = "File" | "Module" | "Namespace" | "Class" | "Method" | "Property" | "Field" | "Constructor" | "Enum" | "Interface" | "Function" | "Variable" | "Constant" | "String" | "Object" | "Struct" | "Event" | "Operator" | "TypeParameter";

export interface SearchFilter {
  readonly include?: readonly string[];
  readonly exclude?: readonly string[];
  readonly languages?: readonly string[];
  readonly kinds?: readonly KindName[];
  readonly folders?: readonly string[];
  readonly tests?: "in" | "out" | "only";
}

export interface Reason {
  readonly signal: string;
  readonly share: number;
  readonly words?: readonly string[];
}

export interface TextPart {
  readonly start: number;
  readonly end: number;
}

export interface AnswerLine {
  readonly range: Range;
  readonly text: string;
  readonly marks?: readonly TextPart[];
}

export interface NoteReference {
  readonly location: Location;
  readonly title: string;
}

export interface NoteLink {
  readonly range: Range;
  readonly label: string;
  readonly target?: Location;
}

export interface Hit {
  readonly location: Location;
  readonly selectionRange: Range;
  readonly name: string;
  readonly kind: SymbolKind;
  readonly languageId: string;
  readonly space: Space;
  readonly score: number;
  readonly preview: string;
  readonly reasons: readonly Reason[];
  readonly containerName?: string;
  readonly answer?: AnswerLine;
  readonly nameMarks?: readonly TextPart[];
  readonly notes?: readonly NoteReference[];
  readonly links?: readonly NoteLink[];
}

export interface IndexSummary {
  readonly state: State;
  readonly filesIndexed: number;
  readonly filesTotal: number;
  readonly generation: number;
}

export interface ResultsDocument {
  readonly uri: string;
  readonly hits: number;
}

export interface DuplicatesParams {
  readonly limit?: number;
  readonly minLines?: number;
  readonly minSimilarity?: number;
  readonly filter?: SearchFilter;
  readonly workDoneToken?: number | string;
}

export interface DuplicateCluster {
  readonly copies: readonly Hit[];
  readonly similarity: number;
  readonly savedLines: number;
}

export interface DuplicatesResult {
  readonly clusters: readonly DuplicateCluster[];
  readonly found: number;
  readonly compared: number;
  readonly leftOut: Readonly<Record<string, number>>;
  readonly savedLines: number;
  readonly index: IndexSummary;
  readonly tookMs: number;
}

export interface FolderStatus {
  readonly uri: string;
  readonly writable: boolean;
  readonly filesTotal: number;
  readonly filesIndexed: number;
  readonly chunksTotal: number;
  readonly chunksEmbedded: number;
  readonly skipped: Readonly<Record<string, number>>;
  readonly watching: string;
  readonly generation: number;
  readonly diskBytes: number;
}

export interface ModelStatus {
  readonly space: Space;
  readonly name: string;
  readonly dimensions: number;
  readonly device: string;
  readonly health: string;
  readonly index: string;
  readonly role: string;
  readonly reason?: string;
}

export interface IndexStatus {
  readonly state: State;
  readonly folders: readonly FolderStatus[];
  readonly queue: number;
  readonly models: readonly ModelStatus[];
  readonly diskBytes: number;
  readonly memoryBytes: number;
  readonly generation: number;
  readonly lastError?: string;
  readonly paused?: boolean;
  readonly pauseReason?: "user" | "battery";
}

export interface SemanticSearchParams {
  readonly query: string;
  readonly limit?: number;
  readonly space?: "auto" | "code" | "prose";
  readonly queryType?: "general" | "code_search" | "error_analysis" | "documentation";
  readonly mode?: "hybrid" | "semantic" | "lexical";
  readonly filter?: SearchFilter;
  readonly minScore?: number;
  readonly workDoneToken?: number | string;
  readonly partialResultToken?: number | string;
}

export interface SemanticSearchResult {
  readonly results: readonly Hit[];
  readonly index: IndexSummary;
  readonly tookMs: number;
}

export interface SimilarCodeParams {
  readonly textDocument: TextDocumentIdentifier;
  readonly position?: Position;
  readonly range?: Range;
  readonly limit?: number;
  readonly minScore?: number;
  readonly scope?: "workspace" | "folder" | "file";
  readonly excludeSameFile?: boolean;
  readonly workDoneToken?: number | string;
  readonly partialResultToken?: number | string;
}

export interface SimilarSource {
  readonly range: Range;
  readonly name: string;
  readonly kind: SymbolKind;
}

export interface SimilarCodeResult {
  readonly source: SimilarSource;
  readonly results: readonly Hit[];
  readonly index: IndexSummary;
  readonly tookMs: number;
}

export interface SkippedFile {
  readonly uri: string;
  readonly reason: string;
}

export interface SkippedFiles {
  readonly files: readonly SkippedFile[];
}

export interface WriteNoteParams {
  readonly text: string;
  readonly textDocument?: TextDocumentIdentifier;
  readonly position?: Position;
}

export interface WrittenNote {
  readonly uri: string;
  readonly repeats: readonly Hit[];
  readonly searched?: boolean;
}

export interface ServerStatus {
  readonly health: "ok" | "warning" | "error";
  readonly quiescent: boolean;
  readonly message?: string;
}

export const Method = {
  DID_CHANGE_INDEX_STATUS: "dowse/didChangeIndexStatus",
  DUPLICATES: "dowse/duplicates",
  INDEX_STATUS: "dowse/indexStatus",
  SKIPPED_FILES: "dowse/skippedFiles",
  SERVER_STATUS: "experimental/serverStatus",
  SIMILAR_CODE: "textDocument/similarCode",
  SEMANTIC_SEARCH: "workspace/semanticSearch",
} as const;

export const ServerCommand = {
  LIST_DUPLICATES: "dowse.duplicates",
  DUPLICATES_TO_DOCUMENT: "dowse.duplicatesToDocument",
  SHOW_INDEX_STATUS: "dowse.indexStatus",
  PAUSE_INDEXING: "dowse.pauseIndexing",
  REBUILD_INDEX: "dowse.rebuildIndex",
  RESUME_INDEXING: "dowse.resumeIndexing",
  SEARCH: "dowse.search",
  SEARCH_TO_DOCUMENT: "dowse.searchToDocument",
  SIMILAR: "dowse.similar",
  SIMILAR_TO_DOCUMENT: "dowse.similarToDocument",
  WRITE_NOTE: "dowse.writeNote",
} as const;

export const HoverCommand = {
  OPEN_PLACE: "dowse.openPlace",
  COMPARE_PLACES: "dowse.comparePlaces",
} as const;
