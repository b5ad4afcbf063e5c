#include <vector>

namespace math {
namespace detail {

template <typename T>
T sum(const std::vector<T>& values) {
  T total{};
  for (const auto& value : values) total += value;
  return total;
}

}  // namespace detail

/// A dense matrix, row by row.
template <typename T>
class Matrix {
 public:
  Matrix(size_t rows, size_t columns) : rows_(rows), columns_(columns) {
    data_.resize(rows * columns);
  }
  ~Matrix() = default;

  T& at(size_t row, size_t column);
  size_t rows() const { return rows_; }

  Matrix operator*(const Matrix& other) const {
    Matrix result(rows_, other.columns_);
    multiply(*this, other, result);
    return result;
  }

 private:
  std::vector<T> data_;
  size_t rows_, columns_;
};

template <typename T>
T& Matrix<T>::at(size_t row, size_t column) {
  return data_[row * columns_ + column];
}

enum class Layout { RowMajor, ColumnMajor };

}  // namespace math

extern "C" int matrix_version(void) {
  return 3;
}

static auto twice = [](int value) {
  return value * 2;
};
