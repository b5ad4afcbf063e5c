module shapes;

import std.math;

/// Something with an area.
interface Shape
{
    double area();
}

class Circle : Shape
{
    private double radius;

    this(double radius)
    {
        this.radius = radius;
    }

    /// By the usual formula.
    double area()
    {
        return PI * radius * radius;
    }
}

int twice(int x)
{
    return x * 2;
}
