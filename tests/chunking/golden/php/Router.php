<?php

namespace App\Http;

use App\Request;

const VERSION = '1.2';

/**
 * Finds the handler of a request.
 */
#[Singleton]
final class Router implements RouterInterface
{
    use Logs;

    private array $routes = [];

    public function __construct(private string $prefix = '')
    {
        $this->reset();
    }

    /** Registers a handler. */
    public function add(string $method, string $path, callable $handler): static
    {
        $this->routes[$method][$this->prefix . $path] = $handler;
        return $this;
    }

    protected static function normalise(string $path): string
    {
        return '/' . trim($path, '/');
    }
}

interface RouterInterface
{
    public function add(string $method, string $path, callable $handler): static;
}

trait Logs
{
    protected function log(string $text): void
    {
        error_log($text);
    }
}

enum Method: string
{
    case Get = 'GET';
    case Post = 'POST';
}

function redirect(string $to, int $status = 302): never
{
    header("Location: $to", true, $status);
    exit;
}
